/** A row of a file: its columns in their order, with what stands there. */
export interface Row {
  /** Counted from 1: data rows of a table, lines of a text or of NDJSON, blank ones too. */
  number: number;
  cells: Cell[];
  /** Why the file's own form keeps it from being a row; then `cells` is what could be read. */
  problem?: string;
}

export type Cell = [column: string, value: unknown];

/** What a row's text is answered by: each task's result by its name, or why there is none. */
export type Answer = { results: Record<string, TaskResult>; version: string } | { problem: string };

/** The members of a task's answer that a labelled file holds. */
export interface TaskResult {
  label?: string;
  score?: number;
  words?: { text: string; tag: string }[];
  entities?: object[];
}

/**
 * Answers texts in their order, one answer for each.
 *
 * @throws Refusal when it can't go on; the texts that are answered by then are answered
 */
export type Labeller = (texts: readonly string[]) => AsyncIterable<Answer>;
