import { createMiddleware } from "hono/factory";
import { answeredRequestId } from "./request-id.ts";

/**
 * Adds the headers that every response must have. Headers set on Hono's context are lost if a route returns its own
 * `Response`, and make Hono copy the headers of one that it makes. Cloudflare caches a 200 without Cache-Control for two hours, so
 * responses without Cache-Control get `no-store`.
 */
export const finishResponse = createMiddleware(async (c, next) => {
  await next();
  const { headers } = c.res;
  headers.set("X-Request-Id", answeredRequestId(c));
  if (!headers.has("Cache-Control")) headers.set("Cache-Control", "no-store");
});
