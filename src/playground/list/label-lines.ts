import type { Analysis, Classification, Scored, Several } from "../answers.ts";
import { type Asking, ask } from "../service.ts";
import type { TextLine } from "./lines.ts";

/** Lines in one request: few enough that the progress bar moves, and that other clients get their turn. */
const LINES_AT_ONCE = 16;

/** A line with the likeliest label of each task. */
export interface LabelledLine extends TextLine {
  labels: Scored[];
  tokens: Analysis["tokens"];
}

/**
 * Labels lines by several classification tasks, some at a time. The next ones are asked for when the caller wants them.
 *
 * @throws as `ask` does
 */
export async function* labelLines(
  lines: readonly TextLine[],
  tasks: string[],
  asking: Asking,
): AsyncGenerator<LabelledLine[]> {
  for (let start = 0; start < lines.length; start += LINES_AT_ONCE) {
    const some = lines.slice(start, start + LINES_AT_ONCE);
    const parameters = { texts: some.map(({ text }) => text), tasks };
    const { answer } = await ask<Several<Analysis>>({ route: "/v1/analyze", parameters }, asking);
    yield some.map((line, index) => {
      const { results, tokens } = answer.results[index] as Analysis;
      return { ...line, labels: tasks.map((task) => results[task] as Classification), tokens };
    });
  }
}
