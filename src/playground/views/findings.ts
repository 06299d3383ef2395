import type { Classification, Explanation, Tagging } from "../answers.ts";
import { curlCommand } from "../curl.ts";
import { section } from "../dom.ts";
import { milliseconds } from "../numbers.ts";
import type { Findings } from "../questions.ts";
import { type Schemes, type TaggingTask, tagSetOf, tellingTasks } from "../tasks.ts";
import { entities } from "./entities.ts";
import { HEADINGS } from "./headings.ts";
import { masks } from "./masks.ts";
import { extentNote, foreignNote } from "./notes.ts";
import { reading } from "./reading.ts";
import { request } from "./request.ts";
import { tagSetChoice } from "./tag-set.ts";
import { tags } from "./tags.ts";
import { verdicts } from "./verdicts.ts";
import { why } from "./why.ts";

/** The user's choices, and functions to call when they change. */
export interface Choices {
  schemes: Schemes;
  choose: (task: string, scheme: string) => void;
  readInWindows: (wanted: boolean) => void;
  /** Asks for the explanation of a task's answer. */
  explain: (task: string) => Promise<Explanation>;
  hasKey: boolean;
}

/** All sections for one text, from the labels down to the request's timing. */
export function findingsSections(findings: Findings, choices: Choices): HTMLElement[] {
  const { text, tasks, question, analysis, tokenization, filled, exchanges } = findings;
  const classified = new Map<string, Classification>();
  const tagged = new Map<string, Tagging>();
  for (const [fullName, result] of Object.entries(analysis.results)) {
    const [name = fullName] = fullName.split("/");
    if ("words" in result) tagged.set(name, result);
    if ("label" in result) classified.set(name, result);
  }
  const readTo = endOfReading(findings);
  const sections = [...foreignNote(text), ...extentNote(findings, readTo, choices.readInWindows)];
  if (filled) sections.push(masks(filled));
  const telling = tellingTasks(tasks, text).filter(({ name }) => classified.has(name));
  if (telling.length > 0) {
    const names = telling.map(({ name }) => name);
    sections.push(verdicts(telling, classified), why(text, names, choices.explain));
  }
  for (const task of tasks.tagging) {
    const result = tagged.get(task.name);
    if (result) sections.push(taggingSection(text, task, result, readTo, choices));
  }
  const used = analysis.truncated ? analysis.tokens.used : tokenization.pieces.length;
  const curl = curlCommand(location.origin, question, choices.hasKey);
  return [...sections, reading(text, tokenization, used), request(exchanges, curl)];
}

/** Where the model stopped reading, in UTF-16 units of the text: after the last piece that it read, not counting `</s>`. */
function endOfReading({ text, analysis, tokenization }: Findings): number {
  return analysis.truncated ? (tokenization.offsets[analysis.tokens.used - 2]?.[1] ?? 0) : text.length;
}

function taggingSection(
  text: string,
  task: TaggingTask,
  result: Tagging,
  readTo: number,
  choices: Choices,
): HTMLElement {
  const { name, sets } = task;
  const chosen = tagSetOf(task, choices.schemes);
  const [heading, note] = name === "ner" || name === "pos" ? HEADINGS[name] : [name, ""];
  const choice = chosen ? tagSetChoice(name, sets, chosen, (scheme) => choices.choose(name, scheme)) : [];
  const content = result.entities ? entities(text, result.entities, readTo) : tags(result.words, chosen?.scheme);
  const made = section(heading, note, choice, content);
  made.dataset.task = name;
  return made;
}

/** A summary in one line. */
export function summary({ analysis, exchanges }: Findings): string {
  const { tokens, truncated, windows, model } = analysis;
  const exchange = exchanges[0];
  const how = windows > 1 ? `${tokens.total} tokens in ${windows} windows` : `${tokens.total} tokens`;
  const read = truncated ? `only ${tokens.used} of ${tokens.total} tokens read` : how;
  const answered = exchange ? [`Answered in ${milliseconds(exchange.roundTrip)}`, `cache: ${exchange.cache}`] : [];
  return [...answered, read, `${model.id} ${model.version.slice(0, 8)}`].join(" · ");
}
