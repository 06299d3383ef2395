import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { RequestFailure } from "../../errors.ts";
import { BODY_LIMIT_MS, MAX_BODY_BYTES } from "../../limits.ts";
import { readBody } from "./read-body.ts";

/** Newline-delimited JSON. */
export const NDJSON = "application/x-ndjson";

/** One text a line. */
export const PLAIN = "text/plain";

const JSON_TYPE = "application/json";

const IS_JSON = /^application\/([\w.+-]+\+)?json$/;
const IS_LINES = /^(application\/(x-ndjson|jsonl|x-jsonlines)|text\/plain)$/;

/**
 * Reads the body of a POST. Refuses a body that is not JSON in UTF-8, is too large, or does not arrive in time.
 *
 * The route sees the content type `application/json` without parameters, because the validators do not accept all forms
 * that RFC 9110 allows.
 */
export const jsonBody = createMiddleware(async (c, next) => {
  refuseOtherType(c.req.header("Content-Type"), IS_JSON, JSON_TYPE);
  const text = decode(await readBody(c.req.raw, MAX_BODY_BYTES, BODY_LIMIT_MS));
  const headers = new Headers(c.req.raw.headers);
  headers.set("Content-Type", JSON_TYPE);
  c.req.raw = new Request(c.req.raw, { body: text, headers });
  await next();
});

/** Refuses other content types than newline-delimited JSON and plain text. The body may have any length: it is read line by line. */
export const linesBody = createMiddleware(async (c, next) => {
  refuseOtherType(c.req.header("Content-Type"), IS_LINES, `${NDJSON} or ${PLAIN}`);
  await next();
});

/** Whether the lines of a request that `linesBody` let through are texts, not JSON. */
export function hasPlainLines({ req }: Context): boolean {
  return req.header("Content-Type")?.trim().toLowerCase().startsWith(PLAIN) ?? false;
}

/** @throws RequestFailure `unsupported-media-type`, also for a charset other than UTF-8; ignores other parameters */
function refuseOtherType(contentType = "", isExpected: RegExp, expected: string): void {
  const [type = "", ...parameters] = contentType.split(";").map((part) => part.trim().toLowerCase());
  const charsets = parameters.flatMap((parameter) => /^charset\s*=\s*"?([^"]*)"?$/.exec(parameter)?.[1] ?? []);
  if (!isExpected.test(type) || charsets.some((charset) => !/^utf-?8$/.test(charset)))
    throw new RequestFailure({ kind: "unsupported-media-type", expected: `${expected} in UTF-8` });
}

/** Drops a byte order mark, as RFC 8259 permits. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch (cause) {
    throw new RequestFailure({ kind: "body-not-utf8" }, { cause });
  }
}
