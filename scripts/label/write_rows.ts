import { stringify } from "csv-stringify/sync";
import type { Format } from "./format.ts";
import type { Cell, TaskResult } from "./row.ts";

/** Makes the text of rows. */
export interface RowWriter {
  /** Whether every row must have the columns of the header. */
  isTable: boolean;
  header(columns: readonly string[]): string;
  row(cells: readonly Cell[]): string;
}

export function rowWriter({ kind }: Format): RowWriter {
  if (kind === "ndjson")
    return {
      isTable: false,
      header: () => "",
      row: (cells) => `${JSON.stringify(Object.fromEntries(cells), plain)}\n`,
    };
  const line = (values: string[]) => (kind === "csv" ? stringify([values]) : `${values.join("\t")}\n`);
  return {
    isTable: true,
    header: (columns) => line([...columns]),
    row: (cells) => line(cells.map(([, value]) => inTable(value))),
  };
}

/**
 * The cells that a task's answer adds to a row. A class is its name and its score. Tags are the entities where the task has entities, else
 * each word with its tag; a table holds them as JSON.
 */
export function cellsOf(task: string, { label, score, words, entities }: TaskResult): Cell[] {
  const [name, nameOfScore] = columnsOf(task);
  if (label !== undefined)
    return [
      [name, label],
      [nameOfScore, score],
    ];
  return [[name, entities ?? words?.map(({ text, tag }) => [text, tag])]];
}

/** The names that the cells of a task may have. */
export const columnsOf = (task: string) => [task, `${task}_score`] as const;

function inTable(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return value.toISOString();
  return typeof value === "object" ? JSON.stringify(value, plain) : String(value);
}

/** Whole numbers of 64 bits, which Parquet has and JSON writes alike. */
function plain(_: string, value: unknown): unknown {
  if (typeof value !== "bigint") return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}
