import type { Analysis, Classification, Scored, Several } from "../answers.ts";
import { type Asking, ask } from "../service.ts";
import type { TextLine } from "./lines.ts";

/** Lines in one request. Few, so that the progress bar moves and other clients get their turn. */
const LINES_AT_ONCE = 16;

/** A line with the most likely label of each task. */
export interface LabelledLine extends TextLine {
  labels: Scored[];
  tokens: Analysis["tokens"];
}

/**
 * Labels lines by several classification tasks, a few lines at a time. The next request is sent when the caller asks for more.
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
