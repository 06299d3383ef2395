import { cors } from "hono/cors";
import { createMiddleware } from "hono/factory";
import { PREFLIGHT_MAX_AGE_SECONDS } from "../../limits.ts";

const ALLOWED_HEADERS = ["Authorization", "Content-Type", "If-None-Match", "Cache-Control"];

/** What OpenAI's client sends beside them, and no browser sends unasked. */
const OPENAI_HEADERS = [
  "User-Agent",
  ...["Arch", "Lang", "OS", "Package-Version", "Retry-Count", "Runtime", "Runtime-Version", "Timeout"].map(
    (name) => `X-Stainless-${name}`,
  ),
];

/**
 * CORS: lets scripts of the origins in CORS_ORIGINS read the answers. The variable is a list with commas, `*` for all origins, or
 * empty for none. Preflights are answered here, before the key check. Credentials are not allowed.
 *
 * With a list, the headers depend on the origin, so `Vary` names it even if the request has no origin. With `*` they don't.
 */
export const allowOrigins = createMiddleware<{ Bindings: Env }>((c, next) => {
  const origins = c.env.CORS_ORIGINS;
  if (!origins) return next();
  c.res.headers.set("Cross-Origin-Resource-Policy", "cross-origin");
  return cors({
    origin: origins === "*" ? "*" : origins.split(",").map((origin) => origin.trim()),
    allowMethods: ["GET", "HEAD", "POST"],
    allowHeaders: [...ALLOWED_HEADERS, ...OPENAI_HEADERS],
    exposeHeaders: ["ETag", "Cache-Status", "Server-Timing", "X-Request-Id", "Retry-After"],
    maxAge: PREFLIGHT_MAX_AGE_SECONDS,
  })(c, next);
});
