/** Asks a running service what the page on the model's behaviour needs. Each function gives the rows of one table. */
import type { LabelScore } from "../../src/tasks/answers.ts";
import { answersOf, askLabels, postPatiently, type ServedModel } from "../ask.ts";
import { type Answer, bootstrapInterval, findMetric, measure } from "../metrics.ts";
import type { Example } from "../task_data.ts";
import type { TestSet } from "../test_sets.ts";
import type { FailureCase, HateCase, LanguageCases } from "./cases.ts";
import { calibrationError } from "./figures.ts";
import { CHANGES, changed, hasEmoji, withoutEmoji } from "./perturb.ts";

/** A figure of a metric, with its 95 % interval. */
export interface Figure {
  n: number;
  figure: number;
  interval: [low: number, high: number];
}

/** A task's answers to a test set. */
export interface Measured {
  task: string;
  metric: string;
  kind: string;
  answers: Answer[];
  figure: Figure;
  /** Of a classification: the expected calibration error, the mean score and the accuracy. */
  calibration?: { error: number; score: number; accuracy: number };
}

const figureOf = (metric: string, answers: Answer[]): Figure => {
  const tally = findMetric(metric)(answers);
  return { n: answers.length, figure: measure(tally), interval: bootstrapInterval(tally) };
};

const textExamples = (texts: readonly string[]): Example[] => texts.map((text) => ({ input: { text }, gold: [""] }));

/** The service's label for each text, of a classification. */
const askTexts = async (url: string, task: string, texts: readonly string[]) =>
  (await askLabels(url, task, textExamples(texts), false)).map(([answer]) => answer as LabelScore);

/** A test set's answers with their figure. */
export async function measureTask(url: string, set: TestSet, model: ServedModel): Promise<Measured> {
  const { task, metric, examples, windows } = set;
  const given = await askLabels(url, task, examples, windows);
  const answers = answersOf(examples, given);
  const kind = (model.tasks[task] as { kind: string }).kind;
  const measured = { task, metric, kind, answers, figure: figureOf(metric, answers) };
  if (kind !== "classification") return measured;
  const scored = given.map(([answer], index) => ({
    score: (answer as LabelScore).score,
    right: answer?.label === examples[index]?.gold[0],
  }));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const accuracy = mean(scored.map(({ right }) => Number(right)));
  return {
    ...measured,
    calibration: { error: calibrationError(scored), score: mean(scored.map(({ score }) => score)), accuracy },
  };
}

/** A task's figure on changed texts, beside the one on the same texts as they are. */
export interface Robustness {
  task: string;
  metric: string;
  change: string;
  before: Figure;
  after: Figure;
}

/** The figures of a task on changed texts. Emoji are removed from the texts of a classification that have any. */
export async function measureChanges(url: string, set: TestSet): Promise<Robustness[]> {
  const { task, metric, windows } = set;
  const measureOn = async (examples: readonly Example[]) =>
    figureOf(metric, answersOf(examples, await askLabels(url, task, examples, windows)));
  const compare = async (change: string, examples: readonly Example[], after: readonly Example[], before?: Figure) => ({
    ...{ task, metric, change },
    before: before ?? (await measureOn(examples)),
    after: await measureOn(after),
  });

  const rows: Robustness[] = [];
  for (const [name, change] of Object.entries(CHANGES))
    rows.push(await compare(name, set.examples, changed(set.examples, change), rows[0]?.before));
  const emojied = set.examples.filter(({ input }) => "text" in input && hasEmoji(input.text));
  if (emojied.length > 0) rows.push(await compare("without emoji", emojied, changed(emojied, withoutEmoji)));
  return rows;
}

/** A case of the functional test with the answers of both tasks. */
export interface HateAnswer extends HateCase {
  calledHateful: boolean;
  calledOffensive: boolean;
}

/** What the tasks `hate` and `offensive` say to the functional test. */
export async function measureHate(url: string, cases: readonly HateCase[]): Promise<HateAnswer[]> {
  const texts = cases.map(({ text }) => text);
  const [hate, offensive] = [await askTexts(url, "hate", texts), await askTexts(url, "offensive", texts)];
  return cases.map((each, index) => ({
    ...each,
    calledHateful: hate[index]?.label === "hate",
    calledOffensive: offensive[index]?.label === "offensive",
  }));
}

/** The sentiments of the same sentences in one language. */
export interface LanguageAnswer {
  language: string;
  answers: Answer[];
  /** The mean score of the labels. */
  score: number;
}

export async function measureLanguages(url: string, { labels, sentences }: LanguageCases): Promise<LanguageAnswer[]> {
  const rows: LanguageAnswer[] = [];
  for (const [language, texts] of Object.entries(sentences)) {
    const given = await askTexts(url, "sentiment", texts);
    const answers = given.map(({ label }, index) => ({ gold: [labels[index] as string], predicted: [label] }));
    rows.push({ language, answers, score: given.reduce((sum, { score }) => sum + score, 0) / given.length });
  }
  return rows;
}

/** A sentence with what the service said. */
export interface FailureAnswer {
  task: string;
  text: string;
  said: string;
  right: string;
  failed: boolean;
}

interface Entity {
  text: string;
  label: string;
}

const orNone = (texts: string[], none: string) => texts.join(", ") || none;

/** What the service says to each sentence. An entity is right if its text is; its type does not count here. */
export async function measureFailures(url: string, cases: readonly FailureCase[]): Promise<FailureAnswer[]> {
  const rows: FailureAnswer[] = [];
  for (const { task, text, ...wanted } of cases) {
    const response = await postPatiently(`${url}/v1/${task}`, { text });
    if (!response.ok) throw new Error(`${task}: ${response.status} ${await response.text()}`);
    const answer = (await response.json()) as { label: string; score: number } | { entities: Entity[] };
    if ("entities" in wanted && "entities" in answer) {
      const found = answer.entities.map((entity) => entity.text);
      const said = orNone(
        answer.entities.map((entity) => `${entity.text} (${entity.label})`),
        "no entity",
      );
      const failed = found.toSorted().join("\n") !== wanted.entities.toSorted().join("\n");
      rows.push({ task, text, said, right: orNone(wanted.entities, "no entity"), failed });
    } else if ("right" in wanted && "label" in answer) {
      const said = `${answer.label} (${answer.score.toFixed(2)})`;
      rows.push({ task, text, said, right: wanted.right.join(" or "), failed: !wanted.right.includes(answer.label) });
    } else throw new Error(`${task} does not answer what scripts/behaviour/cases/failures.json asks.`);
  }
  return rows;
}

/** What persons and places are called in each tag set. */
const COMMON: Record<string, string> = {
  person: "person",
  PER: "person",
  location: "place",
  "geo-loc": "place",
  LOC: "place",
};
export const commonType = (type: string): string | undefined => COMMON[type];
