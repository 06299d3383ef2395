import type { InputFormat } from "./source.ts";

const FORMATS: Readonly<Record<string, InputFormat>> = {
  ndjson: "ndjson",
  jsonl: "ndjson",
  csv: "csv",
  tsv: "tsv",
  txt: "lines",
  parquet: "parquet",
};

/** Endings of names, for messages. */
export const ENDINGS: readonly string[] = Object.keys(FORMATS);

/**
 * The format of an input by the end of its name. `.gz` may follow, except after `.parquet`, whose pages are compressed by themselves.
 *
 * @returns undefined when the name tells none
 */
export function formatOf(key: string): { format: InputFormat; gzip: boolean } | undefined {
  const [, ending = "", gz] = /\.(\w+?)(\.gz)?$/i.exec(key) ?? [];
  const name = ending.toLowerCase();
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
  const gzip = gz !== undefined;
  return format && !(gzip && format === "parquet") ? { format, gzip } : undefined;
}
