import { cors } from "hono/cors";
import { createMiddleware } from "hono/factory";
import { PREFLIGHT_MAX_AGE_SECONDS } from "../../limits.ts";

/**
 * Lets scripts of other origins read the answers: of those in CORS_ORIGINS (commas between them), of any if it is `*`, of
 * none if it is empty. Preflights are answered here, before anybody asks for a key. Cookies are never asked for.
 *
 * With a list the answer differs by origin, so `Vary` names it even where no origin was sent; with `*` it doesn't.
 */
export const allowOrigins = createMiddleware<{ Bindings: Env }>(async (c, next) => {
  const origins = c.env.CORS_ORIGINS;
  if (!origins) return next();
  c.res.headers.set("Cross-Origin-Resource-Policy", "cross-origin");
  return cors({
    origin: origins === "*" ? "*" : origins.split(",").map((origin) => origin.trim()),
    allowMethods: ["GET", "HEAD", "POST"],
    allowHeaders: ["Authorization", "Content-Type", "If-None-Match", "Cache-Control"],
    exposeHeaders: ["ETag", "Cache-Status", "Server-Timing", "X-Request-Id", "Retry-After"],
    maxAge: PREFLIGHT_MAX_AGE_SECONDS,
  })(c, next);
});
