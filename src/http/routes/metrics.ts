import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { RequestFailure } from "../../errors.ts";
import { isolateMetrics } from "../metrics/isolate.ts";
import { requireKey } from "../middleware/keys.ts";
import { isOn } from "../middleware/switches.ts";
import { problemsOfGet, problemsWithoutText } from "../problem.ts";

/** Prometheus' text format. */
const TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";

const route = createRoute({
  method: "get",
  path: "/metrics",
  operationId: "getMetrics",
  summary: "What this isolate has done",
  description:
    "Counters, histograms and gauges in Prometheus' text format, of one isolate since it started. Meant for a service that runs in one isolate. 404 unless METRICS_ENDPOINT is on.",
  tags: ["Service"],
  responses: {
    200: { description: "The metrics", content: { "text/plain": { schema: z.string() } } },
    401: problemsWithoutText[401],
    404: problemsOfGet[404],
    405: problemsWithoutText[405],
    429: problemsWithoutText[429],
    500: problemsWithoutText[500],
  },
});

/** `GET /metrics`: there is nothing here unless METRICS_ENDPOINT is on, and with AUTH on it asks for a key. */
export const metrics = new OpenAPIHono<{ Bindings: Env }>();

metrics.use("/metrics", async (c, next) => {
  if (!isOn(c.env, "METRICS_ENDPOINT")) throw new RequestFailure({ kind: "not-found" });
  await next();
});
metrics.use("/metrics", requireKey);
metrics.openapi(route, (c) => c.text(isolateMetrics(), 200, { "Content-Type": TEXT_FORMAT }));
