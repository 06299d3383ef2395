import { turns } from "../../runtime/turns.ts";
import { heldModels, wasmMemory } from "../../runtime/versions/index.ts";
import { isRefusal } from "../refusals.ts";
import { counter, gauge, histogram, type Metric } from "./exposition.ts";
import type { MetricsSink } from "./sink.ts";

/** The end of every HELP line. Cloudflare runs many isolates, and each counts only its own requests. */
const HERE = "Counts this isolate alone, since it started.";

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The label value for a missing value. */
const NONE = "none";

const requests = counter("bertweet_requests_total", `Requests that are over. ${HERE}`, [
  "route",
  "method",
  "status",
  "outcome",
  "cache",
]);
const refused = counter(
  "bertweet_requests_refused_total",
  `Requests and lines of streams refused for want of capacity or access. ${HERE}`,
  ["reason"],
);
const duration = histogram(
  "bertweet_request_duration_seconds",
  `From a request's arrival to its response, or to the end of its stream. ${HERE}`,
  ["route"],
  SECONDS,
);
const queueWait = histogram(
  "bertweet_queue_wait_seconds",
  `How long requests that computed something waited for their turns. ${HERE}`,
  [],
  SECONDS,
);
const windows = counter("bertweet_windows_total", `Passes of the encoder. ${HERE}`, ["task"]);
const tokens = counter("bertweet_tokens_total", `Tokens of those passes. ${HERE}`, ["task"]);
const predictions = counter("bertweet_predictions_total", `Predictions of masks. ${HERE}`, []);
const lines = counter("bertweet_stream_lines_total", `Lines of streams. ${HERE}`, ["outcome"]);
const events = counter(
  "bertweet_model_events_total",
  `Models loaded, versions taken over or refused, pointers not read. ${HERE}`,
  ["event", "model"],
);

const metrics: readonly Metric[] = [
  requests,
  refused,
  duration,
  queueWait,
  windows,
  tokens,
  predictions,
  lines,
  events,
  gauge("bertweet_model_held_bytes", "What each model in this isolate is reckoned to hold at most.", () =>
    heldModels().map(({ id, version, bytes }) => ({ labels: { model: id, version }, value: bytes })),
  ),
  gauge("bertweet_wasm_memory_bytes", "WebAssembly memory that each loaded encoder in this isolate holds.", () =>
    wasmMemory().map(({ id, version, bytes }) => ({ labels: { model: id, version }, value: bytes })),
  ),
  gauge("bertweet_queue_length", "Requests of this isolate that compute or wait for their turn.", () => [
    { labels: {}, value: turns.state().queued },
  ]),
  gauge("bertweet_requests_open", "Requests of this isolate that are begun and not answered.", () => [
    { labels: {}, value: turns.state().open },
  ]),
];

/** Counts what this isolate does. All label values are names from the code or a manifest, never text from a client. */
export const isolateSink: MetricsSink = {
  request(record) {
    const { route, method, status, outcome, cache = NONE, task = NONE } = record;
    requests.add({ route, method, status: String(status), outcome, cache });
    duration.observe({ route }, record.totalMs / 1_000);
    if (isRefusal(outcome)) refused.add({ reason: outcome });
    if (record.queueMs !== undefined) queueWait.observe({}, record.queueMs / 1_000);
    if (record.windows) windows.add({ task }, record.windows);
    if (record.tokens) tokens.add({ task }, record.tokens);
    if (record.predictions) predictions.add({}, record.predictions);
    if (record.lines) lines.add({ outcome: "ok" }, record.lines);
    for (const [kind, count] of Object.entries(record.failedLines ?? {})) {
      lines.add({ outcome: kind }, count);
      if (isRefusal(kind)) refused.add({ reason: kind }, count);
    }
  },
  event({ event, model }) {
    events.add({ event, model });
  },
};

/** What this isolate has done, in Prometheus' text format. */
export function isolateMetrics(): string {
  return metrics.map((metric) => metric.expose()).join("");
}
