import type { Context } from "hono";
import { MAX_PENDING_EVENTS } from "../../limits.ts";
import { log, observeLog } from "../../log.ts";
import { causesOf } from "../causes.ts";
import { createPacer } from "../pacer.ts";
import { routeOf } from "../route.ts";
import { analyticsSink } from "./data-point.ts";
import { isolateSink } from "./isolate.ts";
import { isModelEvent, type ModelEvent, type RequestRecord } from "./sink.ts";

/** `wrangler types` sees no binding that wrangler.toml has in a comment. */
type MeasuredEnv = Env & { METRICS?: AnalyticsEngineDataset };

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "OPTIONS"]);

/** Events whose data points are not written yet: a load may have no request of its own. */
const pending: ModelEvent[] = [];

observeLog((event) => {
  if (!isModelEvent(event)) return;
  isolateSink.event(event);
  if (pending.length < MAX_PENDING_EVENTS) pending.push(event);
});

const failures = createPacer();

/**
 * Tells of a request that is over, and of the model's events since the last one: to this isolate's counters, and to the binding
 * METRICS where there is one. A failure is logged and changes nothing for the request.
 */
export function report(c: Context<{ Bindings: MeasuredEnv }>, totalMs: number): void {
  const events = pending.splice(0);
  try {
    const record = recordOf(c, totalMs);
    isolateSink.request(record);
    if (!c.env.METRICS) return;
    const sink = analyticsSink(c.env.METRICS);
    for (const event of events) sink.event(event);
    sink.request(record);
  } catch (error) {
    const leftOut = failures("metrics");
    if (leftOut === undefined) return;
    log({ event: "metrics-failed", requestId: c.get("requestId"), causes: causesOf(error), leftOut });
  }
}

function recordOf(c: Context, totalMs: number): RequestRecord {
  const facts = c.get("facts");
  const { method } = c.req;
  const { status } = c.res;
  return {
    ...facts,
    route: routeOf(c),
    method: METHODS.has(method) ? method : "other",
    status,
    outcome: facts.failure ?? (status < 400 ? "ok" : "internal"),
    totalMs,
  };
}
