/** Forms of an input. `lines` is plain text, a text on each line. */
export type InputFormat = "ndjson" | "csv" | "tsv" | "lines" | "parquet";

/** An object of R2, or a file, that is read by range. Every read fails if its etag differs. */
export interface ByteSource {
  /** In bytes. */
  readonly size: number;
  /** The bytes from `start` up to, but without, `end`. */
  read(start: number, end: number): Promise<ReadableStream<Uint8Array>>;
}

/** A part of an input that is read alone. Bytes, but rows in a Parquet file. */
export interface Chunk {
  /** From 0. */
  readonly index: number;
  readonly start: number;
  /** The first byte or row behind it. */
  readonly end: number;
  /** Number of its first row in the input, from 1. Absent where the cut doesn't read the rows. */
  readonly firstLine?: number;
}

/** A row of an input. */
export interface InputRow {
  /** From 1, counted in the chunk. Blank lines of NDJSON and plain text count, but give no row. */
  readonly line: number;
  /** The columns in their order. A bad row has those that could be read. */
  readonly fields: readonly Field[];
  /**
   * The row as a JSON object. Of NDJSON these are the characters of the input: parsing and writing again would change
   * numbers beyond 2^53, such as the ids of tweets.
   */
  readonly json: string;
  /** What is wrong with the row. */
  readonly problem?: RowProblem;
}

export type Field = readonly [name: string, value: unknown];

/** The first three are what a stream of the API tells of such a line. */
export interface RowProblem {
  readonly kind: "line-too-long" | "line-not-utf8" | "not-json" | "invalid-row";
  /** A sentence without a word of the input. */
  readonly detail: string;
}

/** The input as a whole can't be read. The message is for users and has no word of the input. */
export class InputError extends Error {
  override name = "InputError";
}
