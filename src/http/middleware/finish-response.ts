import { createMiddleware } from "hono/factory";

/**
 * Gives every response what it must have, however it was made: Hono's own headers are lost where a route answers with a
 * `Response` of its own. Cloudflare keeps a 200 without Cache-Control for two hours, so what does not ask to be kept says
 * `no-store`.
 */
export const finishResponse = createMiddleware(async (c, next) => {
  await next();
  c.res.headers.set("X-Request-Id", c.get("requestId"));
  if (!c.res.headers.has("Cache-Control")) c.res.headers.set("Cache-Control", "no-store");
});
