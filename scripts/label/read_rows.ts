import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { parse } from "csv-parse";
import { Refusal } from "../lib/refusal.ts";
import type { Format } from "./format.ts";
import type { Cell, Row } from "./row.ts";

/** A record longer than this is a quote that was never closed. */
const MAX_RECORD_UTF16_UNITS = 10_000_000;

/**
 * The rows of a file, read as they are asked for.
 *
 * @throws Refusal when the file can't be read, is not UTF-8, or is broken beyond one row
 */
export async function* readRows(path: string, { kind, isGzip }: Format): AsyncGenerator<Row> {
  try {
    if (kind === "parquet") yield* (await import("./read_parquet.ts")).readParquet(path);
    else {
      const text = decoded(path, isGzip);
      if (kind === "csv") yield* readTable(text, { delimiter: ",", relax_quotes: true });
      else if (kind === "tsv") yield* readTable(text, { delimiter: "\t", quote: null });
      else yield* readLines(text, kind === "text" ? readText : readJson);
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined && kind !== "parquet") throw error; // its reader's errors are plain ones
    const why = code === "ERR_ENCODING_INVALID_ENCODED_DATA" ? "It is not UTF-8." : message;
    throw new Refusal(`${path}: ${why}`, { cause: error });
  }
}

/** A file's text. A byte order mark is none of it. */
async function* decoded(path: string, isGzip: boolean): AsyncGenerator<string> {
  const file = createReadStream(path);
  const gunzip = createGunzip();
  const bytes = isGzip ? file.on("error", (error) => gunzip.destroy(error)).pipe(gunzip) : file;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

/** A table whose first record names the columns. */
async function* readTable(text: AsyncIterable<string>, options: object): AsyncGenerator<Row> {
  const records = parse({
    ...options,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_UTF16_UNITS,
  });
  const source = Readable.from(text).on("error", (error) => records.destroy(error));
  let columns: string[] | undefined;
  let number = 0;
  for await (const record of source.pipe(records) as AsyncIterable<string[]>) {
    if (!columns) {
      columns = record;
      if (new Set(columns).size < columns.length) throw new Refusal("Two columns have the same name.");
      continue;
    }
    const named = columns;
    const cells = record.map((value, index): Cell => [named[index] ?? `column ${index + 1}`, value]);
    const problem = `It has ${record.length} columns in place of ${columns.length}.`;
    yield { number: ++number, cells, ...(record.length !== columns.length && { problem }) };
  }
}

/** Lines end in a line feed alone: other ends, as U+2028, may stand in JSON and in a tweet. */
async function* readLines(
  text: AsyncIterable<string>,
  read: (line: string) => Omit<Row, "number">,
): AsyncGenerator<Row> {
  let number = 0;
  let rest = "";
  async function* lines() {
    for await (const chunk of text) {
      const parts = (rest + chunk).split("\n");
      rest = parts.pop() as string;
      yield* parts;
    }
    yield rest;
  }
  for await (const line of lines()) {
    number++;
    if (line.trim() !== "") yield { number, ...read(line.replace(/\r$/, "")) };
  }
}

const readText = (line: string): Omit<Row, "number"> => ({ cells: [["text", line]] });

function readJson(line: string): Omit<Row, "number"> {
  try {
    const value: unknown = JSON.parse(line);
    if (value !== null && typeof value === "object" && !Array.isArray(value)) return { cells: Object.entries(value) };
  } catch {
    return { cells: [["line", line]], problem: "It is not JSON." };
  }
  return { cells: [["line", line]], problem: "It is no JSON object." };
}
