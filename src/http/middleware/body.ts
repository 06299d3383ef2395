import { bodyLimit } from "hono/body-limit";
import { every } from "hono/combine";
import { createMiddleware } from "hono/factory";
import { RequestFailure } from "../../errors.ts";
import { MAX_BODY_BYTES } from "../../limits.ts";

/** Newline-delimited JSON. */
export const NDJSON = "application/x-ndjson";

const ofType = (type: RegExp, name: string) =>
  createMiddleware(async (c, next) => {
    if (!type.test(c.req.header("Content-Type") ?? ""))
      throw new RequestFailure({ kind: "unsupported-media-type", expected: name });
    await next();
  });

/** Lets only JSON of a bearable size through to a POST route. */
export const jsonBody = every(
  ofType(/^application\/([\w.-]+\+)?json\s*(;|$)/i, "application/json"),
  bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: () => {
      throw new RequestFailure({ kind: "body-too-large" });
    },
  }),
);

/** Lets only newline-delimited JSON through, of any length: it is read line by line. */
export const ndjsonBody = ofType(/^application\/(x-ndjson|jsonl|x-jsonlines)\s*(;|$)/i, NDJSON);
