/** The figures that the shared tasks were scored by, over pairs of gold and predicted labels. */

export type Pair = readonly [gold: string, predicted: string];

/** Recall and F1 of one class; 0 where it occurs on neither side. */
function recallAndF1(pairs: readonly Pair[], label: string): { recall: number; f1: number } {
  let hits = 0;
  let gold = 0;
  let predicted = 0;
  for (const [g, p] of pairs) {
    if (g === label) gold++;
    if (p === label) predicted++;
    if (g === label && p === label) hits++;
  }
  return { recall: gold ? hits / gold : 0, f1: gold + predicted ? (2 * hits) / (gold + predicted) : 0 };
}

function overClasses(pairs: readonly Pair[], figure: "recall" | "f1"): number {
  const classes = [...new Set(pairs.map(([gold]) => gold))];
  return classes.reduce((sum, label) => sum + recallAndF1(pairs, label)[figure], 0) / classes.length;
}

/** The metric that tasks.json names: `average_recall` (SemEval-2017 Task 4), `macro_f1`, `accuracy` or `f1:LABEL`. */
export function findMetric(name: string): (pairs: readonly Pair[]) => number {
  if (name.startsWith("f1:")) return (pairs) => recallAndF1(pairs, name.slice(3)).f1;
  switch (name) {
    case "average_recall":
      return (pairs) => overClasses(pairs, "recall");
    case "macro_f1":
      return (pairs) => overClasses(pairs, "f1");
    case "accuracy":
      return (pairs) => pairs.filter(([gold, predicted]) => gold === predicted).length / pairs.length;
    default:
      throw new Error(`There is no metric "${name}".`);
  }
}

/** Percentile bootstrap (Efron 1979): the middle 95 % of the metric over `rounds` resamples of the pairs, seeded. */
export function bootstrapInterval(
  pairs: readonly Pair[],
  metric: (pairs: readonly Pair[]) => number,
  rounds = 200,
): [low: number, high: number] {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Numerical Recipes' generator: all that resampling needs
    return state / 2 ** 32;
  };
  const figures = Array.from({ length: rounds }, () =>
    metric(pairs.map(() => pairs[Math.floor(random() * pairs.length)] as Pair)),
  );
  return [quantile(figures, 0.025), quantile(figures, 0.975)];
}

/** The value that `share` (0 to 1) of `values` lie below or at, the nearest of them. */
export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.round(share * (values.length - 1))] as number;
}
