import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test } from "vitest";
import { MAX_LINE_BYTES } from "../../limits.ts";
import { type ByteSource, cut, cutGzip, formatOf, headerOf, InputError, type InputFormat, readChunk } from "./index.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

/** Bytes that are read in parts of `partBytes`. */
function sourceOf(content: string | Uint8Array, partBytes = 7): ByteSource & { readBytes: number } {
  const bytes = typeof content === "string" ? utf8(content) : content;
  const source = {
    size: bytes.length,
    readBytes: 0,
    async read(start: number, end: number) {
      expect([start >= 0, start <= end, end <= bytes.length]).toEqual([true, true, true]);
      return streamOf(bytes.subarray(start, end), partBytes, (length) => (source.readBytes += length));
    },
  };
  return source;
}

function streamOf(bytes: Uint8Array, partBytes: number, tell: (length: number) => void = () => {}) {
  let at = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      const part = bytes.slice(at, at + partBytes);
      at += part.length;
      tell(part.length);
      controller.enqueue(part);
    },
  });
}

/** Rows as short strings, with the number of the line where it is known. */
async function rowsOf(source: ByteSource, format: InputFormat, chunkBytes: number) {
  const header = await headerOf(source, format);
  const rows: string[] = [];
  const lines: number[] = [];
  for await (const chunk of cut(source, format, chunkBytes))
    for await (const { line, json, problem } of readChunk(source, format, chunk, header)) {
      rows.push(problem ? `${problem.kind} ${json}` : json);
      if (chunk.firstLine) lines.push(chunk.firstLine + line - 1);
    }
  return { rows, lines };
}

async function unzipped(
  stream: ReadableStream<Uint8Array>,
  format: Exclude<InputFormat, "parquet">,
  pieceBytes: number,
) {
  const rows: string[] = [];
  for await (const { index, bytes, header } of cutGzip(stream, format, pieceBytes)) {
    const chunk = { index, start: 0, end: bytes.length };
    for await (const { json, problem } of readChunk(sourceOf(bytes), format, chunk, header))
      rows.push(problem ? `${problem.kind} ${json}` : json);
  }
  return rows;
}

async function listOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const ONE_PASS = 2 ** 30;

describe("any cut gives the rows of one pass, in order, each once", () => {
  const piece = fc.constantFrom(
    "a",
    "é",
    "😀",
    '"',
    '""',
    ",",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "{}",
    '{"text":1}',
    " ",
    "\ufeff",
  );
  const content = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));
  test.each(["ndjson", "lines", "tsv", "csv"] as const)("%s", async (format) => {
    await fc.assert(
      fc.asyncProperty(
        content,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 9 }),
        async (body, chunkBytes, part) => {
          const input = format === "tsv" || format === "csv" ? `text${format === "csv" ? "," : "\t"}id\n${body}` : body;
          const whole = await rowsOf(sourceOf(input, 1_000), format, ONE_PASS);
          const parts = await rowsOf(sourceOf(input, part), format, chunkBytes);
          expect(parts.rows).toEqual(whole.rows);
          if (format === "csv") expect(parts.lines).toEqual(whole.rows.map((_, at) => at + 1));
          expect(await unzipped(streamOf(gzipSync(input), part), format, chunkBytes)).toEqual(whole.rows);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("parquet, by rows", async () => {
    const columnData = [
      {
        name: "id",
        data: Array.from({ length: 1_000 }, (_, at) => 1_849_999_999_999_999_999n + BigInt(at)),
        type: "INT64" as const,
      },
      { name: "text", data: Array.from({ length: 1_000 }, (_, at) => `tweet ${at} 😀`), type: "STRING" as const },
    ];
    const bytes = new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: [3, 7, 90, 900] }));
    const expected = columnData[1]?.data.map(
      (text, at) => `{"id":${1_849_999_999_999_999_999n + BigInt(at)},"text":"${text}"}`,
    );
    for (const chunkBytes of [64, 1_000, 5_000, ONE_PASS]) {
      const { rows, lines } = await rowsOf(sourceOf(bytes, 4_096), "parquet", chunkBytes);
      expect(rows).toEqual(expected);
      expect(lines).toEqual(rows.map((_, at) => at + 1));
    }
  });
});

describe("lines at the ends of ranges", () => {
  const cutAt = (input: string, chunkBytes: number) => rowsOf(sourceOf(input), "lines", chunkBytes);
  const textOf = (...texts: string[]) => texts.map((text) => JSON.stringify({ text }));

  test("a range that starts right behind a line feed has that line, and the range before has not", async () => {
    expect((await cutAt("abc\ndef\nghi\n", 4)).rows).toEqual(textOf("abc", "def", "ghi"));
  });
  test("a range in which no line starts has no row, and a line longer than a chunk belongs to where it starts", async () => {
    const source = sourceOf(`a\n${"b".repeat(50)}\nc`);
    const counts: number[] = [];
    for await (const chunk of cut(source, "lines", 8)) {
      let rows = 0;
      for await (const _ of readChunk(source, "lines", chunk)) rows++;
      counts.push(rows);
    }
    expect(counts).toEqual([2, 0, 0, 0, 0, 0, 1]);
  });
  test("byte order mark, CRLF, empty lines and a last line without an end", async () => {
    expect((await cutAt("\ufeffa\r\n\r\n  \n\nb\r\nc", 3)).rows).toEqual(textOf("a", "b", "c"));
  });
  test("an input without a byte has no rows", async () => {
    for (const format of ["ndjson", "lines", "tsv", "csv"] as const)
      expect((await rowsOf(sourceOf(""), format, 10)).rows).toEqual([]);
  });
  test("nothing is read to cut NDJSON, and little beyond its range to read a chunk", async () => {
    const source = sourceOf("x\n".repeat(1_000_000), 4_096);
    const chunks = await listOf(cut(source, "ndjson", 100_000));
    expect([chunks.length, source.readBytes]).toEqual([20, 0]);
    for await (const _ of readChunk(source, "ndjson", chunks[3] ?? expect.fail()));
    expect(source.readBytes).toBeLessThan(110_000);
  });
});

describe("bad rows", () => {
  test("are told in their place, and the rows around them are read", async () => {
    const bad = Uint8Array.from([
      ...utf8('{"text":"a"}\nnope\n'),
      0xff,
      0x0a,
      ...utf8('[1]\n{"id":1849999999999999999,"text":"b"}'),
    ]);
    expect((await rowsOf(sourceOf(bad), "ndjson", 9)).rows).toEqual([
      '{"text":"a"}',
      'not-json {"line":"nope"}',
      "line-not-utf8 {}",
      'invalid-row {"line":"[1]"}',
      '{"id":1849999999999999999,"text":"b"}',
    ]);
  });
  test.each([
    [MAX_LINE_BYTES, "\n", undefined],
    [MAX_LINE_BYTES, "\r\n", undefined],
    [MAX_LINE_BYTES + 1, "\n", "line-too-long"],
    [MAX_LINE_BYTES + 2, "", "line-too-long"],
    [40 * MAX_LINE_BYTES, "\r\n", "line-too-long"],
  ])("a line of %d bytes that starts at the last byte of a range", async (length, lineEnd, problem) => {
    const source = sourceOf(`a\n${"b".repeat(length)}${lineEnd}c`, 65_536);
    const rows = await listOf(readChunk(source, "lines", { index: 0, start: 0, end: 3 }));
    expect(rows.map((row) => row.problem?.kind)).toEqual([undefined, problem]);
    expect(source.readBytes).toBeLessThan(2 * MAX_LINE_BYTES);
  });
  test("a table's row with another number of columns keeps what can be read", async () => {
    expect((await rowsOf(sourceOf('id,text\n1\n2,"a\nb"\n3,x,y\n4,"open'), "csv", 5)).rows).toEqual([
      'invalid-row {"id":"1"}',
      '{"id":"2","text":"a\\nb"}',
      'invalid-row {"id":"3","text":"x","column 3":"y"}',
      'invalid-row {"line":"4,\\"open"}',
    ]);
  });
});

describe("inputs that are refused as a whole", () => {
  const refused = (promise: Promise<unknown>, message: RegExp) =>
    expect(promise).rejects.toThrow(
      expect.objectContaining({ name: InputError.name, message: expect.stringMatching(message) }),
    );

  test("two columns of one name, a quote that is never closed, a file that is no Parquet", async () => {
    await refused(rowsOf(sourceOf("a,a\n1,2"), "csv", 9), /same name/);
    await refused(
      rowsOf(sourceOf(`a\n"${"b\n".repeat(9_000_000)}`, 1_000_000), "csv", 9),
      /Row 1 has a quote that is not closed/,
    );
    await refused(rowsOf(sourceOf("hello, I am no parquet", 9), "parquet", 9), /Parquet/);
  });
  test("a row group that would not fit into memory", async () => {
    const data = Array.from({ length: 300 }, (_, at) => String.fromCharCode(97 + at).repeat(100_000));
    const bytes = parquetWriteBuffer({
      columnData: [{ name: "text", data, type: "STRING", offsetIndex: false }],
      codec: "UNCOMPRESSED",
    });
    await refused(
      rowsOf(sourceOf(new Uint8Array(bytes), 2 ** 20), "parquet", 2 ** 20),
      /Row group 0 has \d+ bytes and no page index/,
    );
  });
  test("a gzip that is cut short, is damaged, is none, or has two members", async () => {
    const gzip = gzipSync(Array.from({ length: 2_000 }, () => `{"r":${Math.random()}}\n`).join(""));
    const flipped = gzip.map((byte, at) => (at === gzip.length >> 1 ? byte ^ 0xff : byte));
    for (const wrong of [gzip.subarray(0, -3), gzip.subarray(0, gzip.length >> 1), flipped, utf8("hello, no gzip")])
      await refused(unzipped(streamOf(wrong, 512), "ndjson", 1_000), /cut short or damaged/);
    await refused(unzipped(streamOf(Buffer.concat([gzip, gzip]), 512), "ndjson", 1_000), /one member/);
  });
  test("a failure of the source stays what it is", async () => {
    const failed = new Error("the etag differs");
    const source = { size: 100, read: () => Promise.reject(failed) };
    await expect(listOf(cut(source, "parquet", 9))).rejects.toBe(failed);
    await expect(listOf(readChunk(source, "lines", { index: 0, start: 0, end: 9 }))).rejects.toBe(failed);
  });
});

test("the format follows from the end of the name", () => {
  expect(["a.NDJSON", "x/y.jsonl.gz", "t.tsv", "t.csv.GZ", "t.txt", "t.parquet"].map(formatOf)).toEqual([
    { format: "ndjson", gzip: false },
    { format: "ndjson", gzip: true },
    { format: "tsv", gzip: false },
    { format: "csv", gzip: true },
    { format: "lines", gzip: false },
    { format: "parquet", gzip: false },
  ]);
  expect(["a", "a.gz", "a.parquet.gz", "a.zip", ".constructor"].map(formatOf)).toEqual(Array(5).fill(undefined));
});
