import { createMiddleware } from "hono/factory";
import { SHORT_TEXT_TOKENS } from "../../limits.ts";
import { queueLimit } from "../../runtime/settings.ts";
import { turns } from "../../runtime/turns.ts";

/**
 * Refuses a POST before its body is read if even a short text would wait too long. A GET is judged later, on a cache miss, because cache
 * hits cost almost nothing and are served under any load.
 */
export const requireRoom = createMiddleware<{ Bindings: Env }>((c, next) => {
  if (c.req.method === "POST") turns.requireRoom(SHORT_TEXT_TOKENS, queueLimit(c.env));
  return next();
});

declare module "hono" {
  interface ContextVariableMap {
    /** Aborts when the client disconnects. The signal of `c.req.raw` is lost if a middleware replaces the request. */
    client: AbortSignal;
  }
}

/** Counts every open request in the queue, so that requests without encoder passes are answered between two passes. */
export const countOpen = createMiddleware((c, next) => {
  c.set("client", c.req.raw.signal);
  return turns.whileOpen(next);
});
