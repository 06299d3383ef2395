import { bodyLimit } from "hono/body-limit";
import { every } from "hono/combine";
import { createMiddleware } from "hono/factory";
import { RequestFailure } from "../errors.ts";
import { MAX_BODY_BYTES } from "../limits.ts";

/** Lets only JSON of a bearable size through to a POST route. */
export const jsonBody = every(
  createMiddleware(async (c, next) => {
    if (!/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(c.req.header("Content-Type") ?? ""))
      throw new RequestFailure({ kind: "unsupported-media-type" });
    await next();
  }),
  bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: () => {
      throw new RequestFailure({ kind: "body-too-large" });
    },
  }),
);
