/** Figures of the page on the model's behaviour, beside those of scripts/metrics.ts. */
import { entitySpans } from "../../src/tasks/entity-spans.ts";
import { type Answer, UNREAD } from "../metrics.ts";

const Z = 1.959964; // of a 95 % interval

/** `count` of `of`. */
export interface Share {
  count: number;
  of: number;
}

/** Wilson's 95 % interval (1927), which also holds for shares near 0 and 1 and for small counts. [0, 1] for no cases. */
export function wilson({ count, of }: Share): [low: number, high: number] {
  if (of === 0) return [0, 1];
  const share = count / of;
  const middle = share + Z ** 2 / (2 * of);
  const half = Z * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2));
  const all = 1 + Z ** 2 / of;
  return [Math.max(0, (middle - half) / all), Math.min(1, (middle + half) / all)];
}

/** How many of the items are so. */
export const shareOf = <T>(items: readonly T[], isSo: (item: T) => boolean): Share => ({
  count: items.filter(isSo).length,
  of: items.length,
});

/**
 * Expected calibration error (Guo et al. 2017): the mean gap between score and accuracy over `bins` equal steps of the score, weighted
 * by the number of answers in each. The same as scripts/training/bertweet/model/metrics.py computes.
 */
export function calibrationError(answers: readonly { score: number; right: boolean }[], bins = 15): number {
  const gaps = new Float64Array(bins);
  for (const { score, right } of answers) {
    const bin = Math.min(bins - 1, Math.floor(score * bins));
    gaps[bin] = (gaps[bin] as number) + Number(right) - score;
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / answers.length;
}

/** How often each gold label (outer) got each predicted label (inner), of texts with one label. Labels are sorted. */
export function confusion(answers: readonly Answer[]): { labels: string[]; counts: number[][] } {
  const pairs = answers.map(({ gold, predicted }) => [gold[0] as string, predicted[0] as string] as const);
  const labels = [...new Set(pairs.flat())].sort();
  const counts = labels.map((gold) =>
    labels.map((label) => pairs.filter((pair) => pair[0] === gold && pair[1] === label).length),
  );
  return { labels, counts };
}

/** Counts of entities of one type. An entity is a hit only if its span and its type are right. */
export interface TypeFigures {
  type: string;
  gold: number;
  precision: Share;
  recall: Share;
  f1: number;
}

/**
 * The figures of each entity type, sorted by name.
 *
 * @param nameOf gives types another name, or none (undefined) to those that don't count
 */
export function entityTypes(
  answers: readonly Answer[],
  nameOf: (type: string) => string | undefined = (type) => type,
): TypeFigures[] {
  const counts = new Map<string, { hits: number; gold: number; found: number }>();
  const of = (type: string) => {
    const counted = counts.get(type) ?? { hits: 0, gold: 0, found: 0 };
    counts.set(type, counted);
    return counted;
  };
  const spansOf = (tags: readonly string[]) =>
    entitySpans(tags.map((tag) => (tag === UNREAD ? "O" : tag))).flatMap(({ first, end, label }) => {
      const type = nameOf(label);
      return type === undefined ? [] : [{ type, key: `${first} ${end} ${type}` }];
    });
  for (const { gold, predicted } of answers) {
    const wanted = spansOf(gold);
    const keys = new Set(wanted.map(({ key }) => key));
    for (const { type } of wanted) of(type).gold++;
    for (const { type, key } of spansOf(predicted)) {
      of(type).found++;
      if (keys.has(key)) of(type).hits++;
    }
  }
  return [...counts.entries()].sort().map(([type, { hits, gold, found }]) => ({
    type,
    gold,
    precision: { count: hits, of: found },
    recall: { count: hits, of: gold },
    f1: (2 * hits) / Math.max(1, gold + found),
  }));
}
