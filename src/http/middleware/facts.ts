import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { report } from "../metrics/report.ts";
import type { RequestFacts } from "../metrics/sink.ts";

declare module "hono" {
  interface ContextVariableMap {
    facts: RequestFacts;
    /** When the request came, by `performance.now()`. */
    startedAt: number;
    /** Whether the request goes on after its response was made. */
    goesOn: boolean | undefined;
  }
}

/** Gives every request a place for its facts, and reports them once its response is made. */
export const collectFacts = createMiddleware(async (c, next) => {
  c.set("facts", {});
  c.set("startedAt", performance.now());
  await next();
  if (!c.get("goesOn")) reportNow(c);
});

/** Puts the report off, for a response whose body is computed after its headers. @returns what is to be called at its end */
export function reportLater(c: Context): () => void {
  c.set("goesOn", true);
  return () => reportNow(c);
}

function reportNow(c: Context): void {
  report(c, performance.now() - c.get("startedAt"));
}
