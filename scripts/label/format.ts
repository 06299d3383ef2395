import { Refusal } from "../lib/refusal.ts";

const KINDS = { csv: "csv", tsv: "tsv", txt: "text", ndjson: "ndjson", jsonl: "ndjson", parquet: "parquet" } as const;

export interface Format {
  kind: (typeof KINDS)[keyof typeof KINDS];
  isGzip: boolean;
}

/** The format of a file by its name. @throws Refusal when the name tells none */
export function formatOf(path: string): Format {
  const [, ending = "", gzip] = /\.(\w+?)(\.gz)?$/i.exec(path) ?? [];
  const kind = KINDS[ending.toLowerCase() as keyof typeof KINDS];
  if (!kind)
    throw new Refusal(`${path}: the name must end in ${Object.keys(KINDS).join(", ")}, or in one of them and gz.`);
  return { kind, isGzip: gzip !== undefined };
}

/** @throws Refusal when rows of `input` can't be written so */
export function requireWritable(output: Format, input: Format, path: string): void {
  if (output.kind === "parquet" || output.kind === "text")
    throw new Refusal(`${path}: labels are written as csv, tsv or ndjson.`);
  if (output.kind === "tsv" && input.kind !== "tsv" && input.kind !== "text")
    throw new Refusal(`${path}: tsv has no way to write tabs and line ends in a text. Take csv.`);
}
