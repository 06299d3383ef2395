import { MAX_PENDING_EVENTS } from "../../limits.ts";
import { log, observeLog } from "../../log.ts";
import { causesOf } from "../causes.ts";
import { createPacer } from "../pacer.ts";
import { analyticsSink } from "./data-point.ts";
import { isolateSink } from "./isolate.ts";
import { isModelEvent, type ModelEvent, type RequestFacts } from "./sink.ts";

/** `wrangler types` does not see METRICS, because wrangler.toml has this binding in a comment. */
type MeasuredEnv = Env & { METRICS?: AnalyticsEngineDataset };

/** A request that is over, however it came. */
interface Finished {
  /** As in RequestRecord. */
  route: string;
  method: string;
  status: number;
  facts: RequestFacts;
  /** By `performance.now()`. */
  startedAt: number;
  /** The id by which the log names it. */
  requestId: string;
}

/** Events without a data point yet. The next request writes them, because a load may run outside any request. */
const pending: ModelEvent[] = [];

observeLog((event) => {
  if (!isModelEvent(event)) return;
  isolateSink.event(event);
  if (pending.length < MAX_PENDING_EVENTS) pending.push(event);
});

const failures = createPacer();

/**
 * Reports a finished request, and the model events since the last one, to this isolate's counters and to the binding METRICS if it
 * exists. If that fails, the failure is logged and the request is not affected.
 */
export function report(env: MeasuredEnv, { facts, startedAt, requestId, ...request }: Finished): void {
  const events = pending.splice(0);
  try {
    const outcome = facts.failure ?? (request.status < 400 ? "ok" : "internal");
    const record = { ...facts, ...request, outcome, totalMs: performance.now() - startedAt };
    isolateSink.request(record);
    if (!env.METRICS) return;
    const sink = analyticsSink(env.METRICS);
    for (const event of events) sink.event(event);
    sink.request(record);
  } catch (error) {
    const leftOut = failures("metrics");
    if (leftOut === undefined) return;
    log({ event: "metrics-failed", requestId, causes: causesOf(error), leftOut });
  }
}
