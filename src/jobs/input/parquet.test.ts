import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, test } from "vitest";
import {
  JOB_CHUNK_BYTES,
  MAX_PARQUET_FOOTER_BYTES,
  MAX_PARQUET_FOOTER_VALUES,
  MAX_PARQUET_ROWS_BYTES,
} from "../../job-limits.ts";
import { type ByteSource, cut, InputError, readChunk } from "./index.ts";

/** One row group, and one page for each column. */
const ONE_PAGE = { rowGroupSize: 2 ** 30, pageSize: 2 ** 28 };

type ColumnData = Parameters<typeof parquetWriteBuffer>[0]["columnData"];

const written = (columnData: ColumnData, options: object = ONE_PAGE) =>
  new Uint8Array(parquetWriteBuffer({ columnData, ...options }));

function sourceOf(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: async (start, end) => new Response(bytes.slice(start, end)).body as ReadableStream<Uint8Array>,
  };
}

async function rowsOf(bytes: Uint8Array, chunkBytes = JOB_CHUNK_BYTES) {
  const rows: { line: number; json: string }[] = [];
  for await (const chunk of cut(sourceOf(bytes), "parquet", chunkBytes))
    for await (const { line, json } of readChunk(sourceOf(bytes), "parquet", chunk)) rows.push({ line, json });
  return rows;
}

const refused = (bytes: Uint8Array, message: RegExp | string) =>
  expect(rowsOf(bytes)).rejects.toThrow(
    expect.objectContaining({ name: InputError.name, message: expect.stringMatching(message) }),
  );

/** A file of a footer alone. */
function footerOf(...parts: readonly (Uint8Array | number[])[]): Uint8Array {
  const footer = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return new Uint8Array(Buffer.concat([Buffer.from("PAR1"), footer, length, Buffer.from("PAR1")]));
}

/** A number of Thrift's compact protocol. */
function varInt(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varInt(Math.floor(value / 0x80))];
}

const LIST_OF_STRUCTS = [0x29, 0xfc]; // field 2, which has the schema

test("a chunk that is larger than usual is read piece by piece, and its lines are counted on", async () => {
  const COUNT = 200_000;
  const bytes = written([{ name: "id", data: Array.from({ length: COUNT }, (_, at) => at), type: "INT32" }], {});
  const rows = await rowsOf(bytes, 2 ** 30);
  expect(rows).toHaveLength(COUNT);
  for (const [at, { line, json }] of rows.entries())
    if (line !== at + 1 || json !== `{"id":${at}}`) expect.fail(`row ${at} is ${json}, line ${line}`);
});

const LIMIT = String(MAX_PARQUET_ROWS_BYTES);

test("a page that becomes large is refused before memory is taken for it", async () => {
  const text = "a".repeat(MAX_PARQUET_ROWS_BYTES / 2);
  const bytes = written([{ name: "text", data: [text], type: "STRING" }]);
  expect(bytes.length).toBeLessThan(3_000_000);
  await refused(bytes, LIMIT);
});

test("a page of some bytes with millions of equal values is refused", async () => {
  const bytes = written([{ name: "text", data: Array(4_000_000).fill("en"), type: "STRING" }]);
  expect(bytes.length).toBeLessThan(1_000);
  await refused(bytes, LIMIT);
});

test.each([true, false])(
  "strings that begin with the one before are refused when they become large (nulls: %s)",
  async (nullable) => {
    const column = (length: number, count: number) => [
      {
        name: "text",
        data: Array.from({ length: count }, (_, at) => `${"a".repeat(length)}${at}`),
        type: "STRING" as const,
        encoding: "DELTA_BYTE_ARRAY" as const,
        nullable,
      },
    ];
    const few = await rowsOf(written(column(1_000, 100)));
    expect(few.at(-1)?.json).toBe(`{"text":"${"a".repeat(1_000)}99"}`);
    const bytes = written(column(30_000, 2_000));
    expect(bytes.length).toBeLessThan(100_000);
    await refused(bytes, LIMIT);
  },
);

test("a footer is refused that is large, has many values, or a list longer than its bytes", async () => {
  await refused(footerOf(Buffer.alloc(MAX_PARQUET_FOOTER_BYTES)), String(MAX_PARQUET_FOOTER_BYTES));
  const many = MAX_PARQUET_FOOTER_VALUES + 1;
  await refused(footerOf(LIST_OF_STRUCTS, varInt(many), Buffer.alloc(many), [0]), String(MAX_PARQUET_FOOTER_VALUES));
  const before = process.memoryUsage().heapUsed;
  await refused(footerOf(LIST_OF_STRUCTS, varInt(30_000_000), [0, 0, 0]), /damaged/);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(50_000_000);
});
