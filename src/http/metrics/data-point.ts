import type { MetricsSink, ModelEvent, RequestRecord } from "./sink.ts";

/** The blobs of a data point in their order: `blob1` is the first. docs/operations.md has the same table. */
export const BLOBS = [
  "kind",
  "route",
  "method",
  "status",
  "outcome",
  "task",
  "model",
  "version",
  "engine",
  "cache",
] as const;

/** The doubles of a data point in their order: `double1` is the first. */
export const DOUBLES = [
  "total_ms",
  "queue_ms",
  "tokens",
  "windows",
  "predictions",
  "lines",
  "failed_lines",
  "load_ms",
  "bytes",
] as const;

type Fields = { [Name in (typeof BLOBS)[number]]?: string | undefined } & {
  [Name in (typeof DOUBLES)[number]]?: number | undefined;
};

/** Writes a data point for each request and each model event to Workers Analytics Engine. Writing does not wait. */
export function analyticsSink(dataset: AnalyticsEngineDataset): MetricsSink {
  return {
    request: (record) => dataset.writeDataPoint(requestPoint(record)),
    event: (event) => dataset.writeDataPoint(eventPoint(event)),
  };
}

/** The route is the sampling index, so that a busy route does not displace a quiet one. */
export function requestPoint(record: RequestRecord): AnalyticsEngineDataPoint {
  const { route, method, outcome, task, model, version, engine, cache } = record;
  return point(route, {
    kind: "request",
    route,
    method,
    status: String(record.status),
    outcome,
    task,
    model,
    version,
    engine,
    cache,
    total_ms: record.totalMs,
    queue_ms: record.queueMs,
    tokens: record.tokens,
    windows: record.windows,
    predictions: record.predictions,
    lines: record.lines,
    failed_lines: Object.values(record.failedLines ?? {}).reduce((sum, each) => sum + each, 0),
  });
}

/** The event's kind is the sampling index, because events are rare and requests must not displace them. */
export function eventPoint(event: ModelEvent): AnalyticsEngineDataPoint {
  const { event: kind, model } = event;
  const loaded = kind === "model-loaded" || kind === "stage-loaded" ? event : undefined;
  const loadMs = loaded && (typeof loaded.ms === "number" ? loaded.ms : Math.max(0, ...Object.values(loaded.ms)));
  return point(kind, {
    kind,
    model,
    version: "version" in event ? event.version : undefined,
    engine: loaded?.engine,
    load_ms: loadMs,
    bytes: loaded?.bytes,
  });
}

/** A missing value becomes an empty blob or a zero. */
function point(index: string, fields: Fields): AnalyticsEngineDataPoint {
  return {
    indexes: [index],
    blobs: BLOBS.map((name) => fields[name] ?? ""),
    doubles: DOUBLES.map((name) => fields[name] ?? 0),
  };
}
