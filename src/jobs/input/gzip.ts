import { MAX_LINE_BYTES } from "../../limits.ts";
import { streamParts } from "../../stream-parts.ts";
import { type Record, recordSplitter } from "./records.ts";
import { isTable, type TextFormat } from "./rows.ts";
import { InputError } from "./source.ts";
import { columnsOf, isBlank, requireClosed } from "./text.ts";

/** Whole rows of a decompressed input, without a table's header. Put down as an object, they are one chunk from 0 to their length. */
export interface Piece {
  /** From 0. */
  readonly index: number;
  readonly bytes: Uint8Array;
  /** Number of its first row, or line, in the input, from 1. */
  readonly firstLine: number;
  /** Names of the columns of a table, else empty. */
  readonly header: readonly string[];
}

const LINE_FEED = Uint8Array.of(0x0a);
const CARRIAGE_RETURN = Uint8Array.of(0x0d);

/** What stands for a row that is longer than the limit: as long as is needed to be too long too, and without a quote. */
const TOO_LONG = new Uint8Array(MAX_LINE_BYTES + 1).fill(0x78);

/**
 * Cuts a gzipped input while it is decompressed. It holds one piece at most.
 *
 * @param stream the whole object, compressed
 * @param pieceBytes a piece has so many bytes, and what its last row has more
 * @throws InputError when the stream is no gzip, is cut short, or has more than one member
 */
export async function* cutGzip(
  stream: ReadableStream<Uint8Array>,
  format: TextFormat,
  pieceBytes: number,
): AsyncGenerator<Piece> {
  const splitter = recordSplitter({ quoted: format === "csv", at: 0, maxBytes: MAX_LINE_BYTES });
  let header: readonly string[] | undefined = isTable(format) ? undefined : [];
  let [rows, length, index, line, firstLine] = [[] as Uint8Array[], 0, 0, 1, 1];

  const end = (lineEnd: Uint8Array) => {
    rows.push(lineEnd);
    length += lineEnd.length;
  };
  const piece = (): Piece => {
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const row of rows) {
      bytes.set(row, at);
      at += row.length;
    }
    const whole = { index: index++, bytes, firstLine, header: header ?? [] };
    [rows, length, firstLine] = [[], 0, line];
    return whole;
  };
  function* add(records: Iterable<Record>, isLast: boolean): Generator<Piece> {
    for (const record of records) {
      if (isTable(format) && isBlank(record)) continue;
      if (!header) {
        header = columnsOf(record, format as "csv" | "tsv").names;
        continue;
      }
      const row = record.bytes?.slice() ?? TOO_LONG;
      rows.push(row);
      length += row.length;
      if (row.at(-1) === CARRIAGE_RETURN[0]) end(CARRIAGE_RETURN); // what reads the piece takes one away
      if (!isLast) end(LINE_FEED);
      line++;
      if (length >= pieceBytes) yield piece();
    }
  }
  for await (const part of streamParts(decompressed(stream))) {
    yield* add(splitter.push(part), false);
    if (format === "csv") requireClosed(splitter.open, line);
  }
  yield* add(splitter.finish(), true);
  if (length > 0) yield piece();
}

function decompressed(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const bytes = stream.pipeThrough(new DecompressionStream("gzip") as ReadableWritablePair<Uint8Array, Uint8Array>);
  const reader = bytes.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw refusalOf(cause);
      });
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/** workerd and Node name what stands behind the first member in different words, both of them with this one. */
const BEHIND = /trailing/i;

function refusalOf(cause: unknown): unknown {
  if (!(cause instanceof TypeError)) return cause; // a read that failed
  if (BEHIND.test(cause.message))
    return new InputError("Something follows the first gzip member. Compress the file as one member.", { cause });
  return new InputError("The gzip stream is cut short or damaged.", { cause });
}
