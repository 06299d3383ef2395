import { quantile } from "../metrics.ts";

/** One figure of the bench, with a baseline from the same run. */
export interface Row {
  name: string;
  unit: string;
  /** The figure; for times, the median. */
  value: number;
  p95?: number;
  p99?: number;
  /** The name of the figure that it is compared with. */
  baseline: string;
  /** This figure over the baseline's. */
  ratio: number;
}

/** The result of a part of the bench. */
export interface Report {
  rows: Row[];
  /** Notes for the reader of the rows, such as what was left out and why. */
  notes: string[];
}

/** Rows of several contestants' times in one unit, each beside the contestant `baseline`. */
export function timeRows(
  samples: ReadonlyMap<string, readonly number[]>,
  baseline: string,
  { unit = "ms", suffix = "" }: { unit?: string; suffix?: string } = {},
): Row[] {
  const base = quantile(samples.get(baseline) ?? [], 0.5);
  return [...samples].map(([name, times]) => {
    const [value, p95, p99] = [0.5, 0.95, 0.99].map((share) => quantile(times, share)) as [number, number, number];
    return { name: name + suffix, unit, value, p95, p99, baseline: baseline + suffix, ratio: value / base };
  });
}

/** Rows of single figures, each beside the figure `baseline`. */
export function figureRows(
  figures: ReadonlyMap<string, number>,
  baseline: string,
  { unit, suffix = "" }: { unit: string; suffix?: string },
): Row[] {
  const base = figures.get(baseline) as number;
  return [...figures].map(([name, value]) => ({
    name: name + suffix,
    unit,
    value,
    baseline: baseline + suffix,
    ratio: value / base,
  }));
}

/** A Markdown table. Rows without percentiles leave them empty. */
export function formatRows(rows: readonly Row[]): string {
  const head = "| what | unit | figure | p95 | p99 | ratio | to |\n|---|---|---|---|---|---|---|";
  const lines = rows.map(({ name, unit, value, p95, p99, baseline, ratio }) => {
    const cells = [name, unit, short(value), p95 === undefined ? "" : short(p95), p99 === undefined ? "" : short(p99)];
    return `| ${[...cells, ratio.toFixed(Math.abs(ratio) < 0.1 ? 4 : 2), baseline].join(" | ")} |`;
  });
  return [head, ...lines].join("\n");
}

/** Three significant digits, or all integer digits of a large number. */
function short(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}
