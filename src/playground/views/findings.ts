import type { Classification, Tagging } from "../answers.ts";
import { curlCommand } from "../curl.ts";
import { section } from "../dom.ts";
import type { Findings } from "../questions.ts";
import { defaultScheme, type Schemes, type Tasks } from "../tasks.ts";
import { entities } from "./entities.ts";
import { reading } from "./reading.ts";
import { milliseconds, request } from "./request.ts";
import { schemeChoice } from "./scheme-choice.ts";
import { tags } from "./tags.ts";
import { verdicts } from "./verdicts.ts";

/** What the user chose, and what to call when that changes. */
export interface Choices {
  schemes: Schemes;
  choose: (task: string, scheme: string) => void;
  hasKey: boolean;
}

const HEADINGS: Record<string, [heading: string, note: string]> = {
  ner: ["Whom it names", "People, places, organizations and works, where they stand in the tweet."],
  pos: ["How it is built", "Each word with its part of speech."],
};

/** All sections for one text, from what it says down to what it cost. */
export function findingsSections(findings: Findings, choices: Choices): HTMLElement[] {
  const { text, tasks, analysis, tokenization, exchanges, parameters } = findings;
  const classified = new Map<string, Classification>();
  const tagged = new Map<string, Tagging>();
  for (const [fullName, result] of Object.entries(analysis.results)) {
    const [name = fullName] = fullName.split("/");
    if ("words" in result) tagged.set(name, result);
    else classified.set(name, result);
  }
  const sections = classified.size > 0 ? [verdicts(tasks.classification, classified)] : [];
  for (const task of tasks.tagging) {
    const result = tagged.get(task.name);
    if (result) sections.push(taggingSection(text, task, result, choices));
  }
  const curl = curlCommand(`${location.origin}/v1/analyze`, parameters, choices.hasKey);
  return [...sections, reading(text, tokenization), request(exchanges, curl)];
}

function taggingSection(text: string, task: Tasks["tagging"][number], result: Tagging, choices: Choices): HTMLElement {
  const { name, description, schemes } = task;
  const [heading, note] = HEADINGS[name] ?? [name, description];
  const scheme = choices.schemes.get(name) ?? defaultScheme(schemes);
  const choice = schemeChoice(name, schemes, scheme, (chosen) => choices.choose(name, chosen));
  const content = result.entities ? entities(text, result.entities) : tags(result.words, scheme);
  const made = section(heading, note, choice, content);
  made.dataset.task = name;
  return made;
}

/** The findings in one line. */
export function summary({ analysis, exchanges }: Findings): string {
  const { tokens, truncated, model } = analysis;
  const exchange = exchanges[0];
  const read = truncated ? `only ${tokens.used} of ${tokens.total} tokens read` : `${tokens.total} tokens`;
  const answered = exchange ? [`Answered in ${milliseconds(exchange.roundTrip)}`, `cache: ${exchange.cache}`] : [];
  return [...answered, read, `${model.id} ${model.version.slice(0, 8)}`].join(" · ");
}
