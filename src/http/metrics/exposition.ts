import { MAX_METRIC_SERIES } from "../../limits.ts";

/** Values by the names of their labels. */
type Labels<Name extends string> = Record<Name, string>;

/** One metric in Prometheus' text format, version 0.0.4. */
export interface Metric {
  /** Its HELP and TYPE lines and its samples, each line with its newline. */
  expose(): string;
}

interface Counter<Name extends string> extends Metric {
  add(labels: Labels<Name>, value?: number): void;
}

interface Histogram<Name extends string> extends Metric {
  observe(labels: Labels<Name>, value: number): void;
}

interface Sample {
  labels: Record<string, string>;
  value: number;
}

/** A count that only grows. By convention its name ends in `_total`. */
export function counter<Name extends string>(name: string, help: string, names: readonly Name[]): Counter<Name> {
  const series = boundedSeries(names, () => ({ value: 0 }));
  return {
    add(labels, value = 1) {
      series.of(labels).value += value;
    },
    expose: () =>
      head(name, help, "counter") + series.map(({ labels, state }) => sample(name, labels, state.value)).join(""),
  };
}

/** A current value, read at each scrape. */
export function gauge(name: string, help: string, read: () => Sample[]): Metric {
  return {
    expose: () =>
      head(name, help, "gauge") +
      read()
        .map(({ labels, value }) => sample(name, labels, value))
        .join(""),
  };
}

/**
 * Counts observations up to each upper bound. By convention values are in base units: seconds, bytes.
 *
 * @param bounds ascending upper bounds; `+Inf` is added
 */
export function histogram<Name extends string>(
  name: string,
  help: string,
  names: readonly Name[],
  bounds: readonly number[],
): Histogram<Name> {
  const series = boundedSeries(names, () => ({ counts: bounds.map(() => 0), count: 0, sum: 0 }));
  return {
    observe(labels, value) {
      const state = series.of(labels);
      bounds.forEach((bound, index) => {
        if (value <= bound) (state.counts[index] as number) += 1;
      });
      state.count++;
      state.sum += value;
    },
    expose() {
      const lines = series.map(({ labels, state: { counts, count, sum } }) => {
        const buckets = bounds.map((bound, index) =>
          sample(`${name}_bucket`, { ...labels, le: String(bound) }, counts[index] as number),
        );
        return [
          ...buckets,
          sample(`${name}_bucket`, { ...labels, le: "+Inf" }, count),
          sample(`${name}_sum`, labels, sum),
          sample(`${name}_count`, labels, count),
        ].join("");
      });
      return head(name, help, "histogram") + lines.join("");
    },
  };
}

/** One state for each label set, and a common one for all sets after MAX_METRIC_SERIES. */
function boundedSeries<Name extends string, State>(names: readonly Name[], create: () => State) {
  const all = new Map<string, { labels: Record<string, string>; state: State }>();
  return {
    of(given: Labels<Name>): State {
      const met = all.get(keyOf(names, given));
      if (met) return met.state; // nearly always
      const labels = Object.fromEntries(
        names.map((name) => [name, all.size >= MAX_METRIC_SERIES ? "other" : given[name]]),
      ) as Labels<Name>;
      const key = keyOf(names, labels);
      const known = all.get(key) ?? { labels, state: create() };
      all.set(key, known);
      return known.state;
    },
    map: <T>(write: (series: { labels: Record<string, string>; state: State }) => T): T[] =>
      [...all.values()].map(write),
  };
}

function keyOf<Name extends string>(names: readonly Name[], labels: Labels<Name>): string {
  return JSON.stringify(names.map((name) => labels[name]));
}

function head(name: string, help: string, type: string): string {
  return `# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}\n# TYPE ${name} ${type}\n`;
}

function sample(name: string, labels: Record<string, string>, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeValue(text)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}\n`;
}

function escapeValue(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}
