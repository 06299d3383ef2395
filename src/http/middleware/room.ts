import { createMiddleware } from "hono/factory";
import { SHORT_TEXT_TOKENS } from "../../limits.ts";
import { queueLimit } from "../../runtime/settings.ts";
import { turns } from "../../runtime/turns.ts";

/**
 * Refuses a POST before its body is read when even a short text would have to wait too long. A GET is judged later, where its answer
 * is in no cache: hits cost next to nothing and are served under any load.
 */
export const requireRoom = createMiddleware<{ Bindings: Env }>(async (c, next) => {
  if (c.req.method === "POST") turns.requireRoom(SHORT_TEXT_TOKENS, queueLimit(c.env));
  await next();
});

declare module "hono" {
  interface ContextVariableMap {
    /** Aborts when the client leaves. That of `c.req.raw` is lost where a middleware replaces the request. */
    client: AbortSignal;
  }
}

/** Tells the queue of every request, so that between two passes those that need no pass are served first. */
export const countOpen = createMiddleware((c, next) => {
  c.set("client", c.req.raw.signal);
  return turns.whileOpen(next);
});
