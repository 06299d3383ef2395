/** The page on the model's behaviour, in Markdown. */
import type { ServedModel } from "../ask.ts";
import { confusion, entityTypes, type Share, shareOf, wilson } from "./figures.ts";
import {
  commonType,
  type FailureAnswer,
  type Figure,
  type HateAnswer,
  type LanguageAnswer,
  type Measured,
  type Robustness,
} from "./measure.ts";

/** Everything that the page shows. */
export interface Behaviour {
  model: ServedModel;
  /** The most texts of a set; Infinity for all. */
  limit: number;
  test: Measured[];
  dev: Measured[];
  /** The answers of each entity tag set to another one's test set. */
  crossed: { scheme: string; set: string; answers: Measured["answers"] }[];
  changes: Robustness[];
  hate: HateAnswer[];
  languages: LanguageAnswer[];
  failures: FailureAnswer[];
}

/** Labels of a confusion table; with more, each label's commonest mistakes are shown instead. */
const MAX_TABLE_LABELS = 6;

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
const withInterval = (share: Share) => {
  if (share.of === 0) return "";
  const [low, high] = wilson(share);
  return `${percent(share.count / share.of)} (${(100 * low).toFixed(0)} to ${(100 * high).toFixed(0)})`;
};
const showFigure = ({ figure, interval: [low, high] }: Figure) =>
  `${figure.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
const cell = (value: string | number) => String(value).replaceAll("|", "\\|");

function table(heads: string[], rows: (string | number)[][]): string {
  const line = (cells: (string | number)[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(heads), `|${"---|".repeat(heads.length)}`, ...rows.map(line)].join("\n");
}

function figures({ test, dev }: Behaviour): string {
  const rows = test.map(({ task, metric, figure }) => {
    const other = dev.find((each) => each.task === task);
    return [task, metric, figure.n, showFigure(figure), other ? showFigure(other.figure) : ""];
  });
  return `## Figures

The interval is a percentile bootstrap over the texts, 95 %. Dev was used to choose the model, so its figures are too high for new texts.
Dev and test of most tasks also differ in topics and time.

${table(["task", "metric", "n", "test", "dev"], rows)}`;
}

function calibration({ test }: Behaviour): string {
  const rows = test.flatMap(({ task, calibration }) =>
    calibration ? [[task, calibration.score, calibration.accuracy, calibration.error]] : [],
  );
  return `## Calibration

The expected calibration error is the mean gap between score and accuracy, over fifteen equal steps of the score. If the mean score is
above the accuracy, the model is too sure of itself.

${table(
  ["task", "mean score", "accuracy", "calibration error"],
  rows.map(([task, ...numbers]) => [task as string, ...numbers.map((number) => (number as number).toFixed(3))]),
)}`;
}

function classes({ test }: Behaviour): string {
  const parts = test.filter(({ kind }) => kind === "classification").map(classesOf);
  return `## Classes

Recall is the share of a label's texts that get this label. Precision is the share of the texts with this answer that have the label.
In brackets: Wilson's interval, 95 %.

${parts.join("\n\n")}`;
}

function classesOf({ task, answers }: Measured): string {
  const { labels, counts } = confusion(answers);
  const total = (label: number) => counts.reduce((sum, row) => sum + (row[label] as number), 0);
  const small = labels.length <= MAX_TABLE_LABELS;
  const rows = labels.map((label, at) => {
    const own = counts[at] as number[];
    const [hits, of] = [own[at] as number, own.reduce((sum, count) => sum + count, 0)];
    const commonest = labels
      .map((other, index) => ({ other, count: index === at ? 0 : (own[index] as number) }))
      .sort((a, b) => b.count - a.count)[0];
    const mistakes = small ? own : [commonest?.count ? `${commonest.other} (${percent(commonest.count / of)})` : ""];
    return [label, of, withInterval({ count: hits, of }), withInterval({ count: hits, of: total(at) }), ...mistakes];
  });
  const heads = small ? labels.map((label) => `called ${label}`) : ["commonest mistake"];
  return `**${task}**\n\n${table(["label", "n", "recall", "precision", ...heads], rows)}`;
}

function entities({ test, crossed }: Behaviour): string {
  const parts = test
    .filter(({ metric }) => metric === "entity_f1")
    .map(({ task, answers }) => {
      const rows = entityTypes(answers).map(({ type, gold, precision, recall, f1 }) => [
        type,
        gold,
        withInterval(precision),
        withInterval(recall),
        f1.toFixed(3),
      ]);
      return `**${task}**\n\n${table(["type", "entities", "precision", "recall", "F1"], rows)}`;
    });
  const rows = crossed.flatMap(({ scheme, set, answers }) =>
    entityTypes(answers, commonType).map(({ type, gold, precision, recall, f1 }) => [
      scheme,
      set,
      type,
      gold,
      withInterval(precision),
      withInterval(recall),
      f1.toFixed(3),
    ]),
  );
  return `## Entities by type

${parts.join("\n\n")}

**Other collections.** Persons and places, which all tag sets have, on each other's test sets. Other years and other annotators cost this much:

${table(["tag set", "test set", "type", "entities", "precision", "recall", "F1"], rows)}`;
}

function robustness({ changes }: Behaviour): string {
  const rows = changes.map(({ task, metric, change, before, after }) => [
    task,
    metric,
    change,
    after.n,
    showFigure(before),
    showFigure(after),
    (100 * (after.figure - before.figure)).toFixed(1),
  ]);
  return `## Other spelling

The same test texts, as they are and changed. *Typos* swaps two letters within one long word in seven. Names and links stay as they are.
*Without emoji* has only the texts with emoji. The interval is a percentile bootstrap.

${table(["task", "metric", "change", "n", "as they are", "changed", "points"], rows)}`;
}

const groupBy = <T>(items: readonly T[], keyOf: (item: T) => string) =>
  Object.entries(Object.groupBy(items, keyOf)) as [string, T[]][];

/** Rates of a task over some cases: harmless ones called harmful, and harmful ones not found. */
function rates(cases: readonly HateAnswer[], task: "hate" | "offensive"): [wrongAlarm: string, missed: string] {
  const harmfulOf = (each: HateAnswer) => (task === "hate" ? each.hateful : each.offensive);
  const called = (each: HateAnswer) => (task === "hate" ? each.calledHateful : each.calledOffensive);
  const harmless = cases.filter((each) => harmfulOf(each) === false);
  const harmful = cases.filter((each) => harmfulOf(each) === true);
  return [withInterval(shareOf(harmless, called)), withInterval(shareOf(harmful, (each) => !called(each)))];
}

function functionalTest({ hate }: Behaviour): string {
  const heads = ["n", "hate: wrong alarms", "hate: missed", "offensive: wrong alarms", "offensive: missed"];
  const row = ([name, cases]: [string, HateAnswer[]]) => [
    name,
    cases.length,
    ...rates(cases, "hate"),
    ...rates(cases, "offensive"),
  ];
  const alarms = hate.filter((each) => !each.hateful && each.calledHateful);
  const missed = hate.filter((each) => each.hateful && !each.calledHateful);
  const some = (cases: HateAnswer[]) =>
    groupBy(cases, (each) => each.function)
      .map(([name, [first]]) => `- ${name}: ${JSON.stringify((first as HateAnswer).text)}`)
      .join("\n");
  return `## Hate and offence: a functional test

**Read this before you use these two tasks.** They flag sentences by their words and by the groups that they name. They must not decide about
people, accounts or posts. They suit counting over many texts, or sorting texts for people who then read them.

This test has ${hate.length} sentences in HateCheck's manner (Röttger et al. 2021), written for this project (\`scripts/behaviour/cases/hate.json\`).
Each sentence does one thing, such as counter speech or a mild threat, with each of several groups. A *wrong alarm* is a harmless sentence that is
called hateful or offensive. *Missed* is a harmful one that is not. The task \`hate\` was trained on hate against women and immigrants only. Where the
definition of \`offensive\` does not decide a function, its cells are empty. In brackets: Wilson's interval, 95 %. The sentences come from few
templates, so the intervals are too narrow for sentences of other people.

${table(["function", ...heads], [...groupBy(hate, (each) => each.function).map(row), row(["**all**", hate])])}

${table(["group", ...heads], groupBy(hate, (each) => each.group).map(row))}

Harmless, and called hateful:

${some(alarms)}

Hateful, and missed:

${some(missed)}`;
}

function otherLanguages({ languages }: Behaviour): string {
  const rows = languages.map(({ language, answers, score }) => {
    const said = ["positive", "neutral", "negative"].map(
      (label) => answers.filter(({ predicted }) => predicted[0] === label).length,
    );
    const right = shareOf(answers, ({ gold, predicted }) => gold[0] === predicted[0]);
    return [language, withInterval(right), score.toFixed(2), ...said];
  });
  return `## Other languages

The model is for English. It answers other languages too, and with scores that do not show that it can't read them. These are the same ${languages[0]?.answers.length}
simple sentences in each language (\`scripts/behaviour/cases/languages.json\`), a third of each sentiment:

${table(["language", "right", "mean score", "called positive", "called neutral", "called negative"], rows)}`;
}

function knownFailures({ failures }: Behaviour): string {
  const failed = failures.filter((each) => each.failed);
  return `## Known failures

Of ${failures.length} sentences that were chosen to be hard (\`scripts/behaviour/cases/failures.json\`), the model fails on ${failed.length}:

${table(
  ["task", "text", "the model says", "right"],
  failed.map(({ task, text, said, right }) => [task, text, said, right]),
)}`;
}

/** The whole page. */
export function writePage(behaviour: Behaviour): string {
  const { id, version } = behaviour.model;
  const sampled = Number.isFinite(behaviour.limit)
    ? `\n\nThis page was written with \`--limit ${behaviour.limit}\`: each set is a random sample of at most that many texts, so the intervals are wide.`
    : "";
  return `${[
    `# How ${id} behaves

\`npm run behaviour -- --data DIR --out FILE\` writes this page. It asks a running service (\`npm start\`), so int8 and everything else is as users
get it. Version \`${version.slice(0, 16)}\`. The [model card](../models/README.md) says what the model is for, and where the data comes from.${sampled}`,
    figures(behaviour),
    functionalTest(behaviour),
    knownFailures(behaviour),
    otherLanguages(behaviour),
    calibration(behaviour),
    classes(behaviour),
    entities(behaviour),
    robustness(behaviour),
  ].join("\n\n")}\n`;
}
