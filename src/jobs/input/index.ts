import { cutParquet, readParquet } from "./parquet.ts";
import { isTable } from "./rows.ts";
import type { ByteSource, Chunk, InputFormat, InputRow } from "./source.ts";
import { cutCsv, cutLines, findHeader, readText } from "./text.ts";

export { ENDINGS, formatOf } from "./format.ts";
export { cutGzip } from "./gzip.ts";
export {
  type ByteSource,
  type Chunk,
  InputError,
  type InputFormat,
  type InputRow,
} from "./source.ts";

/**
 * The chunks of an input, in order. Only what the format needs is read: of NDJSON and plain text nothing but the size, of TSV the
 * header, of Parquet the footer. CSV is read once, because only so its line ends are told from those in quotes.
 *
 * @param chunkBytes about how large a chunk is, in bytes of the input; of Parquet, in bytes of its uncompressed columns
 * @throws InputError when the input can't be cut, for instance when a quote is never closed
 */
export function cut(source: ByteSource, format: InputFormat, chunkBytes: number): AsyncIterable<Chunk> {
  if (format === "parquet") return cutParquet(source, chunkBytes);
  return format === "csv" ? cutCsv(source, chunkBytes) : cutLines(source, format, chunkBytes);
}

/**
 * The rows of a chunk, in order. It holds one row at a time, of Parquet all rows of the chunk. What is wrong with a row is told in its place.
 *
 * @param chunk from `cut` of the same input, or the whole of a piece from `cutGzip`
 * @param header from `headerOf`, or of the piece; needed by a table
 * @throws InputError when the input can't be read; else what the source throws
 */
export function readChunk(
  source: ByteSource,
  format: InputFormat,
  chunk: Chunk,
  header?: readonly string[],
): AsyncIterable<InputRow> {
  return format === "parquet" ? readParquet(source, chunk) : readText(source, format, chunk, header);
}

/**
 * The names of a table's columns.
 *
 * @returns undefined for other formats, and for an empty table
 * @throws InputError when two columns have one name, or the first record can't be read
 */
export async function headerOf(source: ByteSource, format: InputFormat): Promise<readonly string[] | undefined> {
  return isTable(format) ? (await findHeader(source, format))?.names : undefined;
}
