import { parse } from "csv-parse/browser/esm/sync";
import { MAX_LINE_BYTES } from "../../limits.ts";
import type { Field, InputFormat, InputRow, RowProblem } from "./source.ts";

/** What a row holds, without its place. */
export type Content = Omit<InputRow, "line">;

/** Formats whose rows are lines or records of text. */
export type TextFormat = Exclude<InputFormat, "parquet">;

export const isTable = (format: InputFormat): format is "csv" | "tsv" => format === "csv" || format === "tsv";

const TOO_LONG: Content = bad("line-too-long", `A line may have ${MAX_LINE_BYTES} bytes.`);
const NOT_UTF8: Content = bad("line-not-utf8", "The bytes of the line are not valid UTF-8.");

/** A row that is longer than the limit, of any format. */
export const tooLong = (): Content => TOO_LONG;

/** A row with bytes that are no text, of any format. */
export const notUtf8 = (): Content => NOT_UTF8;

/** A row from its fields. @param texts their values as JSON */
export function rowOf(fields: readonly Field[], texts: readonly string[]): Content {
  return { fields, json: `{${fields.map(([name], at) => `${JSON.stringify(name)}:${texts[at]}`).join(",")}}` };
}

function bad(kind: RowProblem["kind"], detail: string, fields: readonly (readonly [string, string])[] = []): Content {
  const texts = fields.map(([, value]) => JSON.stringify(value));
  return { ...rowOf(fields, texts), problem: { kind, detail } };
}

/**
 * The row in the bytes of a record.
 *
 * @param bytes undefined when the record was too long
 * @param header names of the columns of a table
 * @returns undefined when the record is blank
 */
export function readRecord(
  bytes: Uint8Array | undefined,
  format: TextFormat,
  header: readonly string[],
): Content | undefined {
  if (!bytes) return TOO_LONG;
  const text = decode(bytes);
  if (text === undefined) return NOT_UTF8;
  if (isTable(format)) return text === "" ? undefined : readCells(text, format, header);
  if (text.trim() === "") return undefined;
  return format === "ndjson" ? readJson(text.trim()) : rowOf([["text", text]], [JSON.stringify(text)]);
}

/** Keeps a byte order mark. @returns undefined when the bytes are not UTF-8 */
export function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function readJson(json: string): Content {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return bad("not-json", "The line is not JSON.", [["line", json]]);
  }
  if (value === null || typeof value !== "object" || Array.isArray(value))
    return bad("invalid-row", "The line is no JSON object.", [["line", json]]);
  return { fields: Object.entries(value), json };
}

function readCells(text: string, format: "csv" | "tsv", header: readonly string[]): Content {
  const cells = splitCells(text, format);
  if (!cells) return bad("invalid-row", "A quote is opened and not closed.", [["line", text]]);
  const fields = cells.map((cell, at) => [header[at] ?? `column ${at + 1}`, cell] as const);
  if (cells.length !== header.length)
    return bad("invalid-row", `It has ${cells.length} columns in place of ${header.length}.`, fields);
  return rowOf(
    fields,
    cells.map((cell) => JSON.stringify(cell)),
  );
}

/** @returns undefined when the record is no CSV */
export function splitCells(text: string, format: "csv" | "tsv"): string[] | undefined {
  if (format === "tsv") return text.split("\t");
  if (!text.includes('"')) return text.split(",");
  try {
    const records: string[][] = parse(text, { relax_quotes: true, relax_column_count: true, record_delimiter: "\n" });
    return records.length === 1 ? records[0] : undefined;
  } catch {
    return undefined;
  }
}
