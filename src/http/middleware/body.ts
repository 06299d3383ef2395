import { createMiddleware } from "hono/factory";
import { RequestFailure } from "../../errors.ts";
import { BODY_LIMIT_MS, MAX_BODY_BYTES } from "../../limits.ts";
import { readBody } from "./read-body.ts";

/** Newline-delimited JSON. */
export const NDJSON = "application/x-ndjson";

const JSON_TYPE = "application/json";

const IS_JSON = /^application\/([\w.+-]+\+)?json$/;
const IS_NDJSON = /^application\/(x-ndjson|jsonl|x-jsonlines)$/;

/**
 * Lets only JSON in UTF-8 through to a POST route, of a bearable size and from a client that sends it in time.
 *
 * The route sees the plain `application/json`, whatever parameters the type had: the validators behind know few of the forms
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

/** Lets only newline-delimited JSON through, of any length: it is read line by line. */
export const ndjsonBody = createMiddleware(async (c, next) => {
  refuseOtherType(c.req.header("Content-Type"), IS_NDJSON, NDJSON);
  await next();
});

/** @throws RequestFailure `unsupported-media-type`, also for a charset that is not UTF-8; other parameters don't matter */
function refuseOtherType(contentType = "", isExpected: RegExp, expected: string): void {
  const [type = "", ...parameters] = contentType.split(";").map((part) => part.trim().toLowerCase());
  const charsets = parameters.flatMap((parameter) => /^charset\s*=\s*"?([^"]*)"?$/.exec(parameter)?.[1] ?? []);
  if (!isExpected.test(type) || charsets.some((charset) => !/^utf-?8$/.test(charset)))
    throw new RequestFailure({ kind: "unsupported-media-type", expected: `${expected} in UTF-8` });
}

/** Without a byte order mark, which RFC 8259 lets a reader ignore. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch (cause) {
    throw new RequestFailure({ kind: "body-not-utf8" }, { cause });
  }
}
