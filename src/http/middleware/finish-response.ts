import { createMiddleware } from "hono/factory";

/**
 * Adds the headers that every response must have. Headers set on Hono's context are lost if a route returns its own
 * `Response`. Cloudflare caches a 200 without Cache-Control for two hours, so responses without Cache-Control get
 * `no-store`.
 */
export const finishResponse = createMiddleware(async (c, next) => {
  await next();
  c.res.headers.set("X-Request-Id", c.get("requestId"));
  if (!c.res.headers.has("Cache-Control")) c.res.headers.set("Cache-Control", "no-store");
});
