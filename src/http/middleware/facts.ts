import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { report } from "../metrics/report.ts";
import type { RequestFacts } from "../metrics/sink.ts";
import { routeOf } from "../route.ts";
import { ownRequestId } from "./request-id.ts";

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "OPTIONS"]);

declare module "hono" {
  interface ContextVariableMap {
    facts: RequestFacts;
    /** When the request arrived, by `performance.now()`. */
    startedAt: number;
    /** True for a stream: work continues after the response is made. */
    goesOn: boolean | undefined;
  }
}

/** Gives every request an object for its facts, and reports them when its response is made. */
export const collectFacts = createMiddleware(async (c, next) => {
  c.set("facts", {});
  c.set("startedAt", performance.now());
  await next();
  if (!c.get("goesOn")) reportNow(c);
});

/** Delays the report of a stream, whose body is computed after its headers. @returns a function to call at the end */
export function reportLater(c: Context): () => void {
  c.set("goesOn", true);
  return () => reportNow(c);
}

function reportNow(c: Context): void {
  const { method } = c.req;
  report(c.env, {
    route: routeOf(c),
    method: METHODS.has(method) ? method : "other",
    status: c.res.status,
    facts: c.get("facts"),
    startedAt: c.get("startedAt"),
    requestId: ownRequestId(c),
  });
}
