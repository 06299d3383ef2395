import { stat } from "node:fs/promises";
import type { Progress } from "../lib/progress.ts";
import { Refusal } from "../lib/refusal.ts";
import { formatOf, requireWritable } from "./format.ts";
import { badFileOf, type Output, openOutput } from "./output.ts";
import { pace } from "./pace.ts";
import { readRows } from "./read_rows.ts";
import type { Answer, Cell, Labeller, Row } from "./row.ts";
import { cellsOf, columnsOf, rowWriter } from "./write_rows.ts";

/** Rows that are asked about together and written down together: some seconds of work, which a cut may cost. */
const ROWS_AT_ONCE = 256;

interface Labelling {
  input: string;
  output: string;
  /** The column that holds the text. */
  textField: string;
  tasks: readonly string[];
  label: Labeller;
}

interface Labelled {
  rows: number;
  bad: number;
  badFile: string;
  versions: readonly string[];
}

/**
 * Labels a file row by row: each row with its columns in their order, and behind them what was answered. Rows without an answer go
 * to a file of their own. Begun again, it goes on behind the last rows that were written.
 *
 * @throws Refusal when the file can't be read, the output can't be written, or the labeller can't go on
 */
export async function labelFile(labelling: Labelling, progress: Progress): Promise<Labelled> {
  const { input, output: path, textField, tasks } = labelling;
  const [from, to] = [formatOf(input), formatOf(path)];
  requireWritable(to, from, path);
  const total = await countRows(labelling);
  const { size, mtimeMs } = await stat(input);
  const output = await openOutput(path, to.isGzip, { input, size, mtimeMs, textField, tasks });
  try {
    const show = pace(total, output.done.rows);
    let part: Row[] = [];
    let skip = output.done.rows;
    for await (const row of readRows(input, from)) {
      if (skip-- > 0) continue;
      part.push(row);
      if (part.length < ROWS_AT_ONCE) continue;
      await labelPart(part, output, labelling, (rows) => progress.step(show(output.done.rows + rows, output.done.bad)));
      part = [];
    }
    if (part.length > 0 || output.done.rows === 0)
      await labelPart(part, output, labelling, (rows) => progress.step(show(output.done.rows + rows, output.done.bad)));
    await output.finish();
    progress.step("");
    const { rows, bad, versions } = output.done;
    return { rows, bad, badFile: badFileOf(path), versions };
  } finally {
    await output.close();
  }
}

/** How many rows there are. Tells at once what would stop the work at the end. @throws Refusal */
async function countRows({ input, textField, tasks }: Labelling): Promise<number> {
  let total = 0;
  for await (const { cells, problem } of readRows(input, formatOf(input))) {
    if (total++ > 0 || problem) continue;
    const columns = cells.map(([name]) => name);
    if (!columns.includes(textField))
      throw new Refusal(
        `${input} has no column ${textField}, but ${columns.join(", ")}; --text-field names the text's.`,
      );
    const taken = tasks.flatMap(columnsOf).find((name) => columns.includes(name));
    if (taken) throw new Refusal(`${input} has a column ${taken} already, which an answer would have. Rename it.`);
  }
  return total;
}

async function labelPart(
  rows: readonly Row[],
  output: Output,
  { output: path, textField, tasks, label }: Labelling,
  tell: (rows: number) => void,
): Promise<void> {
  const texts = rows.map((row) => textOf(row, textField));
  const asked = texts.filter((text) => typeof text === "string");
  const answers: Answer[] = [];
  for await (const answer of label(asked)) {
    answers.push(answer);
    tell(answers.length);
  }
  const writer = rowWriter(formatOf(path));
  let columns = output.done.columns;
  let written = "";
  const bad: string[] = [];
  const versions: string[] = [];
  for (const [index, row] of rows.entries()) {
    const text = texts[index];
    const answer = typeof text === "string" ? (answers.shift() as Answer) : (text as { problem: string });
    if ("problem" in answer) {
      bad.push(badLine(row, answer.problem));
      continue;
    }
    versions.push(answer.version);
    const added = tasks.flatMap((task) => cellsOf(task, answer.results[task] ?? {}));
    const taken = added.find(([name]) => row.cells.some(([column]) => column === name));
    if (taken) {
      bad.push(badLine(row, `It has a column ${taken[0]} already.`));
      continue;
    }
    const cells = [...row.cells, ...added];
    const names = cells.map(([name]) => name);
    if (columns.length === 0) {
      columns = names;
      written += writer.header(columns);
    }
    const ordered = writer.isTable ? inColumns(cells, columns) : cells;
    if (ordered) written += writer.row(ordered);
    else bad.push(badLine(row, `It has other columns than the rows before it: ${names.join(", ")}.`));
  }
  await output.add({ rows: rows.length, output: written, bad, versions, columns });
}

/** The text of a row, or why it has none. */
function textOf({ cells, problem }: Row, field: string): string | { problem: string } {
  if (problem) return { problem };
  const text = cells.find(([name]) => name === field)?.[1];
  if (typeof text !== "string") return { problem: `It has no text in ${field}.` };
  return text.trim() === "" ? { problem: "The text is empty." } : text;
}

/** Cells in the order of a table's columns; a column that a row lacks is empty. @returns undefined when it has one more */
function inColumns(cells: readonly Cell[], columns: readonly string[]): Cell[] | undefined {
  const values = new Map(cells);
  if (cells.some(([name]) => !columns.includes(name))) return undefined;
  return columns.map((name) => [name, values.get(name)]);
}

function badLine({ number, cells }: Row, problem: string): string {
  return rowWriter({ kind: "ndjson", isGzip: false }).row([
    ["row", number],
    ["problem", problem],
    ["cells", Object.fromEntries(cells)],
  ]);
}
