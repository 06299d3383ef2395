import { MAX_QUOTED_FIELD_BYTES } from "../../job-limits.ts";
import { MAX_LINE_BYTES } from "../../limits.ts";
import { streamParts } from "../../stream-parts.ts";
import { type Record, recordSplitter } from "./records.ts";
import { decode, isTable, readRecord, splitCells, type TextFormat } from "./rows.ts";
import { type ByteSource, type Chunk, InputError, type InputRow } from "./source.ts";

const BYTE_ORDER_MARK = "\ufeff";
const LINE_END_BYTES = 2;

/**
 * The header of a table: the names of its columns, and where the rows begin.
 *
 * @throws InputError when it can't be one
 */
export function columnsOf({ bytes, end }: Record, format: "csv" | "tsv"): { names: string[]; end: number } {
  const text = bytes && decode(bytes);
  const names = text && splitCells(text.replace(BYTE_ORDER_MARK, ""), format);
  if (!names) throw new InputError("The first record, which should name the columns, can't be read.");
  if (new Set(names).size < names.length) throw new InputError("Two columns have the same name.");
  return { names, end };
}

/** Whether a record of a table is no row. */
export const isBlank = ({ bytes }: Record): boolean => bytes?.length === 0;

/** The header of a table in a source. @returns undefined when it has none */
export async function findHeader(source: ByteSource, format: "csv" | "tsv") {
  if (source.size === 0) return undefined;
  const splitter = recordSplitter({ quoted: format === "csv", at: 0, maxBytes: MAX_LINE_BYTES });
  const head = await source.read(0, Math.min(source.size, MAX_LINE_BYTES + LINE_END_BYTES));
  for await (const part of streamParts(head))
    for (const record of splitter.push(part)) if (!isBlank(record)) return columnsOf(record, format);
  for (const record of splitter.finish())
    return columnsOf(record.end === source.size ? record : { ...record, bytes: undefined }, format);
  return undefined;
}

/** Chunks of lines: ranges of one length. No byte is read, except a table's header. */
export async function* cutLines(source: ByteSource, format: TextFormat, chunkBytes: number): AsyncGenerator<Chunk> {
  const first = format === "tsv" ? ((await findHeader(source, format))?.end ?? 0) : 0;
  for (let start = first, index = 0; start < source.size; start += chunkBytes, index++)
    yield { index, start, end: Math.min(source.size, start + chunkBytes) };
}

/** Chunks of whole records, in one pass over the bytes. */
export async function* cutCsv(source: ByteSource, chunkBytes: number): AsyncGenerator<Chunk> {
  const header = await findHeader(source, "csv");
  if (!header || header.end >= source.size) return;
  const splitter = recordSplitter({ quoted: true, at: header.end, maxBytes: 0 });
  let [start, index, line, firstLine] = [header.end, 0, 1, 1];
  for await (const part of streamParts(await source.read(header.end, source.size))) {
    for (const record of splitter.push(part)) {
      const { end } = record;
      if (!isBlank(record)) line++;
      if (end - start < chunkBytes) continue;
      yield { index: index++, start, end, firstLine };
      [start, firstLine] = [end, line];
    }
    requireClosed(splitter.open, line);
  }
  if (start < source.size) yield { index, start, end: source.size, firstLine };
}

/** @throws InputError */
export function requireClosed(openBytes: number, row: number): void {
  if (openBytes > MAX_QUOTED_FIELD_BYTES)
    throw new InputError(`Row ${row} has a quote that is not closed within ${MAX_QUOTED_FIELD_BYTES} bytes.`);
}

/**
 * The rows of a chunk. Of lines these are all that start in its range, so that each line has exactly one chunk: reading begins a byte
 * before the range, to see whether a line starts with it, and goes on behind it until its last line ends.
 */
export async function* readText(
  source: ByteSource,
  format: TextFormat,
  chunk: Chunk,
  header: readonly string[] = [],
): AsyncGenerator<InputRow> {
  const { start, end } = chunk;
  const quoted = format === "csv";
  const isCut = !quoted && start > 0;
  const from = isCut ? start - 1 : start;
  const to = quoted ? end : Math.min(source.size, end + MAX_LINE_BYTES + LINE_END_BYTES);
  const splitter = recordSplitter({ quoted, at: from, maxBytes: MAX_LINE_BYTES });
  let line = 1;
  function* rows(records: Iterable<Record>): Generator<InputRow> {
    for (const record of records) {
      if (record.start < start || record.start >= end) continue;
      const content = readRecord(withoutMark(record, chunk, format), format, header);
      if (content) yield { line, ...content };
      if (content || !isTable(format)) line++;
    }
  }
  let place = from;
  for await (const part of streamParts(await source.read(from, to))) {
    yield* rows(splitter.push(part));
    place += part.length;
    if (place - splitter.open >= end) return; // the next record starts behind the range
  }
  yield* rows(splitter.finish());
}

/** A file may begin with a byte order mark. A table has its header there. */
function withoutMark({ start, bytes }: Record, { index }: Chunk, format: TextFormat): Uint8Array | undefined {
  const isFirst = index === 0 && start === 0 && !isTable(format);
  return isFirst && bytes?.[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}
