/**
 * The metrics of the shared tasks. Each text adds counts to a few cells, of a confusion matrix or of a table of entity counts. A metric
 * is a function of the cells' sums. So a thousand resamples of 50,000 texts take a second.
 */
import { entitySpans } from "../src/tasks/entity-spans.ts";
import { seededRandom } from "./random.ts";

const RESAMPLES = 1000;

/** One text: a label of a classification, or a tag for each word. */
export interface Answer {
  gold: readonly string[];
  /** As long as `gold`. */
  predicted: readonly string[];
}

/** The prediction for a word that the model did not read. It equals no tag and is outside every entity. */
export const UNREAD = "(unread)";

/** Answers as counts, which can be summed. */
export interface Tally {
  /** For each text, the cells to which it adds one. A cell may occur several times. */
  texts: readonly (readonly number[])[];
  cells: number;
  /** The metric (0 to 1) from the summed counts of any texts. `counts` has `cells` numbers. */
  figure(counts: Float64Array): number;
}

interface ClassFigures {
  label: string;
  recall: number;
  f1: number;
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** A metric over the confusion matrix of all labels. `figure` gets the classes that occur in gold, and the accuracy. */
function overClasses(figure: (classes: ClassFigures[], accuracy: number) => number) {
  return (answers: readonly Answer[]): Tally => {
    const numberOf = new Map<string, number>();
    const number = (label: string) => {
      if (!numberOf.has(label)) numberOf.set(label, numberOf.size);
      return numberOf.get(label) as number;
    };
    const pairs = answers.map(({ gold, predicted }) =>
      gold.map((label, index) => [number(label), number(predicted[index] as string)] as const),
    );
    const size = numberOf.size;
    return {
      texts: pairs.map((text) => text.map(([gold, predicted]) => gold * size + predicted)),
      cells: size * size,
      figure(counts) {
        const cell = (gold: number, predicted: number) => counts[gold * size + predicted] as number;
        const classes: ClassFigures[] = [];
        let hits = 0;
        let all = 0;
        for (const [label, at] of numberOf) {
          let gold = 0;
          let predicted = 0;
          for (let other = 0; other < size; other++) {
            gold += cell(at, other);
            predicted += cell(other, at);
          }
          hits += cell(at, at);
          all += gold;
          if (gold > 0)
            classes.push({ label, recall: cell(at, at) / gold, f1: (2 * cell(at, at)) / (gold + predicted) });
        }
        return figure(classes, hits / all);
      },
    };
  };
}

/** F1 over entities. An entity counts only if span and type are both right (conlleval, Tjong Kim Sang and Buchholz 2000). */
function entityF1(answers: readonly Answer[]): Tally {
  const [HIT, GOLD, PREDICTED] = [0, 1, 2];
  const spansOf = (tags: readonly string[]) =>
    entitySpans(tags.map((tag) => (tag === UNREAD ? "O" : tag))).map(
      ({ first, end, label }) => `${first} ${end} ${label}`,
    );
  return {
    texts: answers.map(({ gold, predicted }) => {
      const wanted = new Set(spansOf(gold));
      const found = spansOf(predicted);
      const hits = found.filter((span) => wanted.has(span));
      return [...hits.map(() => HIT), ...[...wanted].map(() => GOLD), ...found.map(() => PREDICTED)];
    }),
    cells: 3,
    figure: ([hits = 0, gold = 0, predicted = 0]) => (2 * hits) / Math.max(1, gold + predicted),
  };
}

/**
 * The metric that tasks.json names: `average_recall` (SemEval-2017 Task 4), `macro_f1`, `f1:LABEL`, `accuracy` (of texts, or of
 * words) or `entity_f1`. Averages are over the classes that occur in gold.
 */
export function findMetric(name: string): (answers: readonly Answer[]) => Tally {
  if (name.startsWith("f1:"))
    return overClasses((classes) => classes.find(({ label }) => label === name.slice(3))?.f1 ?? 0);
  switch (name) {
    case "average_recall":
      return overClasses((classes) => mean(classes.map(({ recall }) => recall)));
    case "macro_f1":
      return overClasses((classes) => mean(classes.map(({ f1 }) => f1)));
    case "accuracy":
      return overClasses((_, accuracy) => accuracy);
    case "entity_f1":
      return entityF1;
    default:
      throw new Error(`There is no metric "${name}".`);
  }
}

/** The metric of all texts. */
export function measure({ texts, cells, figure }: Tally): number {
  const counts = new Float64Array(cells);
  for (const text of texts) for (const cell of text) counts[cell] = (counts[cell] as number) + 1;
  return figure(counts);
}

/** Percentile bootstrap (Efron 1979): the middle 95 % of the metric over `RESAMPLES` resamples of the texts. The seed is fixed. */
export function bootstrapInterval({ texts, cells, figure }: Tally): [low: number, high: number] {
  const random = seededRandom(1);
  const flat = Uint32Array.from(texts.flat()); // One flat array: separate lists for 50,000 texts take several times as long.
  const starts = new Uint32Array(texts.length + 1);
  for (const [index, text] of texts.entries()) starts[index + 1] = (starts[index] as number) + text.length;
  const counts = new Float64Array(cells);
  const figures = Array.from({ length: RESAMPLES }, () => {
    counts.fill(0);
    for (let draw = 0; draw < texts.length; draw++) {
      const text = Math.floor(random() * texts.length);
      const end = starts[text + 1] as number;
      for (let at = starts[text] as number; at < end; at++) (counts[flat[at] as number] as number)++;
    }
    return figure(counts);
  });
  return [quantile(figures, 0.025), quantile(figures, 0.975)];
}

/** The quantile `share` (0 to 1) of `values`, without interpolation: the nearest value. */
export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.round(share * (values.length - 1))] as number;
}
