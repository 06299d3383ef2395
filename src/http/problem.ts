import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { z } from "zod";
import { BundleError } from "../bundle/bundle-error.ts";
import { type Failure, type InputError, RequestFailure, toProblem } from "../errors.ts";
import { problemSchema } from "./schemas/answers.ts";
import { type HeadersObject, problemHeaders } from "./schemas/headers.ts";

const problem = (description: string, headers: HeadersObject = problemHeaders.usual) => ({
  description,
  headers,
  content: { "application/problem+json": { schema: problemSchema } },
});

/** The problems of a route that reads no text, for its OpenAPI description. */
export const problemsWithoutText = {
  401: problem("The service asks for a key, and the request has none that it knows", problemHeaders[401]),
  405: problem("The path has no such method", problemHeaders[405]),
  429: problem("Requests came faster than is allowed", problemHeaders.retry),
  500: problem("Something went wrong in the service"),
  503: problem("The model could not be loaded", problemHeaders.retry),
};

/** The problems of a route that reads a text from its URL. */
export const problemsOfGet = {
  ...problemsWithoutText,
  400: problem("The request does not fit the schema"),
  404: problem("There is no such task or model"),
  413: problem("Something is larger than the service takes"),
  422: problem("The request is well-formed, but the model can't answer it"),
};

/** The problems of a route that reads a body, which are all that there are. */
export const problems = { ...problemsOfGet, 415: problem("The body is of another type") };

/** A failure's members as RFC 9457 names them, but for `instance`. */
export function problemOf(failure: Failure) {
  const { headers, ...rest } = toProblem(failure);
  return { type: `/problems/${failure.kind}`, ...rest };
}

/** Where the paths are Hugging Face's, whose Python client reads a problem's `error` alone. */
const HUGGING_FACE = "/models/";

/** A failure as problem+json (RFC 9457), never cached. */
export function problemResponse(c: Context, failure: Failure): Response {
  const { status, headers } = toProblem(failure);
  const problem = problemOf(failure);
  const theirs = c.req.path.startsWith(HUGGING_FACE) ? { error: problem.detail } : {};
  const body = { ...problem, ...theirs, instance: `urn:request:${c.get("requestId")}` };
  return c.body(JSON.stringify(body), status as ContentfulStatusCode, {
    ...headers,
    "Content-Type": "application/problem+json",
  });
}

/** What is not the client's doing is logged, without the request: its text is nobody else's business. */
export function failureOf(error: unknown, requestId: string): Failure {
  if (error instanceof HTTPException && error.status === 400) return { kind: "not-json" };
  const failure = failureOfError(error);
  if (toProblem(failure).status >= 500) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    console.error(
      JSON.stringify({ requestId, failure: failure.kind, stack: cause instanceof Error ? cause.stack : "" }),
    );
  }
  return failure;
}

function failureOfError(error: unknown): Failure {
  if (error instanceof RequestFailure) return error.failure;
  // A part of the model that is read only when a text needs it.
  if (error instanceof BundleError) return { kind: "model-unavailable", reason: error.message };
  return { kind: "internal" };
}

/** Hono's `onError`. */
export function answerError(error: Error, c: Context): Response {
  return problemResponse(c, failureOf(error, c.get("requestId")));
}

/** Zod's findings as the failure that names the worst of them. */
export function failureOfInput(error: z.ZodError): Failure {
  const issues = findings(error.issues);
  const errors: InputError[] = issues.map(({ path, message }) => ({
    pointer: path.map((part) => `/${String(part)}`).join(""),
    detail: message,
  }));
  const tooBig = issues.find(({ code }) => code === "too_big");
  if (tooBig?.code === "too_big" && tooBig.origin === "array")
    return { kind: "batch-too-large", limit: Number(tooBig.maximum) };
  if (tooBig?.code === "too_big" && tooBig.origin === "string")
    return { kind: "text-too-long", limit: Number(tooBig.maximum) };
  if (issues.some(({ code }) => code === "unrecognized_keys")) return { kind: "unknown-option", errors };
  return { kind: "invalid-request", errors };
}

/** In the place of a union's finding those of the alternative that takes a value of that type, if one does. */
function findings(issues: z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  return issues.flatMap((issue) => {
    if (issue.code !== "invalid_union") return [issue];
    const meant = issue.errors.find((each) =>
      each.every(({ code, path }) => code !== "invalid_type" || path.length > 0),
    );
    return meant ? findings(meant).map((each) => ({ ...each, path: [...issue.path, ...each.path] })) : [issue];
  });
}

/** `defaultHook` of the routers: what doesn't fit a route's schema becomes a failure. */
export function refuseInvalid(result: { success: true } | { success: false; error: z.ZodError }): void {
  if (!result.success) throw new RequestFailure(failureOfInput(result.error));
}
