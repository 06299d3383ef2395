import { type AsyncBuffer, type FileMetaData, parquetMetadata, parquetReadObjects, parquetSchema } from "hyparquet";
import {
  JOB_CHUNK_BYTES,
  MAX_PARQUET_FOOTER_BYTES,
  MAX_PARQUET_FOOTER_VALUES,
  MAX_ROW_GROUP_BYTES,
} from "../../job-limits.ts";
import { MAX_LINE_BYTES } from "../../limits.ts";
import { streamParts } from "../../stream-parts.ts";
import { boundedBuffer } from "./parquet-bounds.ts";
import { compressors } from "./parquet-codecs.ts";
import { valuesOf } from "./parquet-structures.ts";
import { type Content, notUtf8, rowOf, tooLong } from "./rows.ts";
import { type ByteSource, type Chunk, type Field, InputError, type InputRow } from "./source.ts";

/** The least that a row, and a value of it, count for. A column of equal values has almost no bytes, and yet each row is work. */
const LEAST_ROW_BYTES = 32;
const LEAST_VALUE_BYTES = 16;

const SMALLER = "Write the file with larger row groups, or as several files.";

/** The footer ends with its length in four bytes, and "PAR1". */
const TAIL_BYTES = 8;
const PAR1 = 0x31524150;

const NOT_UTF8 = Symbol("a string that is not UTF-8");
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const parsers = {
  stringFromBytes(bytes: Uint8Array | undefined): string | symbol | undefined {
    try {
      return bytes && decoder.decode(bytes);
    } catch {
      return NOT_UTF8;
    }
  },
  timestampFromMicroseconds: (micros: bigint) => isoOf(micros, 6),
  timestampFromNanoseconds: (nanos: bigint) => isoOf(nanos, 9),
};

/** A time with all of its digits. @param units since 1970, `digits` of them behind the second's point */
function isoOf(units: bigint, digits: number): string {
  const perSecond = 10n ** BigInt(digits);
  const fraction = ((units % perSecond) + perSecond) % perSecond;
  const second = new Date(Number((units - fraction) / perSecond) * 1_000);
  return second
    .toISOString()
    .replace(".000Z", `.${String(fraction).padStart(digits, "0").replace(/0+$/, "").padEnd(3, "0")}Z`);
}

/** Chunks of rows: about `chunkBytes` of uncompressed columns each. Only the footer is read. */
export async function* cutParquet(source: ByteSource, chunkBytes: number): AsyncGenerator<Chunk> {
  const metadata = await readFooter(source);
  for (const [number, group] of metadata.row_groups.entries()) requireReadable(group, number);
  let index = 0;
  for (const [start, end] of rangesOf(metadata, chunkBytes)) yield { index: index++, start, end, firstLine: start + 1 };
}

/** Ranges of rows that have about so many bytes of uncompressed columns each. */
function* rangesOf({ row_groups }: FileMetaData, rangeBytes: number): Generator<[start: number, end: number]> {
  let [start, end, bytes] = [0, 0, 0];
  for (const { num_rows, total_byte_size, columns } of row_groups) {
    const rows = Number(num_rows);
    const least = rows * Math.max(LEAST_ROW_BYTES, columns.length * LEAST_VALUE_BYTES);
    const groupBytes = Math.max(Number(total_byte_size), least);
    if (end > start && bytes + groupBytes > rangeBytes) {
      yield [start, end];
      [start, bytes] = [end, 0];
    }
    const pieces = Math.ceil(groupBytes / rangeBytes);
    const groupStart = end;
    for (let piece = 1; piece < pieces; piece++) {
      end = groupStart + Math.floor((rows * piece) / pieces);
      if (end > start) yield [start, end];
      start = end;
    }
    end = groupStart + rows;
    bytes += groupBytes / Math.max(1, pieces);
  }
  if (end > start) yield [start, end];
}

/** The rows of a chunk. Those of a usual chunk are held at once: without a page index, each read fetches the whole row group. */
export async function* readParquet(source: ByteSource, chunk: Chunk): AsyncGenerator<InputRow> {
  const metadata = await readFooter(source);
  const names = parquetSchema(metadata).children.map(({ element }) => element.name);
  let line = 1;
  for (const range of rangesOf(metadata, JOB_CHUNK_BYTES)) {
    const [rowStart, rowEnd] = [Math.max(chunk.start, range[0]), Math.min(chunk.end, range[1])];
    if (rowStart >= rowEnd) continue;
    const file = boundedBuffer(bufferOf(source), metadata, [rowStart, rowEnd]);
    const shared = { file, metadata, compressors, parsers: parsers as object, useOffsetIndex: true };
    for (const values of await readable(() => parquetReadObjects({ ...shared, rowStart, rowEnd })))
      yield { line: line++, ...contentOf(names.map((name) => [name, values[name]] as const)) };
  }
}

function contentOf(fields: readonly Field[]): Content {
  if (fields.some(([, value]) => value === NOT_UTF8)) return notUtf8();
  const row = rowOf(
    fields,
    fields.map(([, value]) => jsonOf(value)),
  );
  return row.json.length > MAX_LINE_BYTES ? tooLong() : row;
}

/** Whole numbers of 64 bits keep all of their digits. */
function jsonOf(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(",")}]`;
  if (value === null || typeof value !== "object" || value instanceof Date) return JSON.stringify(value) ?? "null";
  if (value instanceof Uint8Array) return JSON.stringify(btoa(String.fromCharCode(...value)));
  return `{${Object.entries(value)
    .map(([name, each]) => `${JSON.stringify(name)}:${jsonOf(each)}`)
    .join(",")}}`;
}

function requireReadable({ columns }: FileMetaData["row_groups"][number], number: number): void {
  const bytes = columns.reduce((sum, { meta_data }) => sum + Number(meta_data?.total_compressed_size ?? 0), 0);
  if (bytes <= MAX_ROW_GROUP_BYTES || columns.every(({ offset_index_offset }) => offset_index_offset)) return;
  throw new InputError(
    `Row group ${number} has ${bytes} bytes and no page index; ${MAX_ROW_GROUP_BYTES} can be read so. Write the file with smaller row groups or with a page index.`,
  );
}

async function readFooter(source: ByteSource): Promise<FileMetaData> {
  if (source.size < TAIL_BYTES) throw new InputError("The file is no Parquet file.");
  const file = bufferOf(source);
  const tail = new DataView(await readable(async () => file.slice(source.size - TAIL_BYTES)));
  if (tail.getUint32(4, true) !== PAR1) throw new InputError("The file is no Parquet file.");
  const length = tail.getUint32(0, true) + TAIL_BYTES;
  if (length > MAX_PARQUET_FOOTER_BYTES)
    throw new InputError(`The file's footer has ${length} bytes, and may have ${MAX_PARQUET_FOOTER_BYTES}. ${SMALLER}`);
  return readable(async () => {
    const footer = await file.slice(Math.max(0, source.size - length));
    const values = valuesOf(new DataView(footer), 0);
    if (values > MAX_PARQUET_FOOTER_VALUES)
      throw new InputError(
        `The file's footer has ${values} values, and may have ${MAX_PARQUET_FOOTER_VALUES}. ${SMALLER}`,
      );
    return parquetMetadata(footer);
  });
}

/** @throws InputError when the file is to blame; hyparquet's errors are plain ones */
async function readable<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof FailedRead) throw cause.cause;
    if (cause instanceof InputError) throw cause;
    throw new InputError("The Parquet file is damaged, or has something that can't be read here.", { cause });
  }
}

/** Tells a failure of the source from one of the file. */
class FailedRead extends Error {}

/** A source as hyparquet reads it. */
function bufferOf(source: ByteSource): AsyncBuffer {
  return {
    byteLength: source.size,
    async slice(start, end = source.size) {
      try {
        const bytes = new Uint8Array(end - start);
        let at = 0;
        for await (const part of streamParts(await source.read(start, end))) {
          bytes.set(part, at);
          at += part.length;
        }
        return bytes.buffer;
      } catch (cause) {
        throw new FailedRead("The source can't be read.", { cause });
      }
    },
  };
}
