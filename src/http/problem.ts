import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { z } from "zod";
import { BundleError } from "../bundle/bundle-error.ts";
import { type Failure, RequestFailure, toProblem } from "../errors.ts";
import { log } from "../log.ts";
import { causesOf } from "./causes.ts";
import { failureOfInput } from "./invalid-input.ts";
import { logRefusal } from "./refusals.ts";
import { routeOf } from "./route.ts";
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
export const problems = {
  ...problemsOfGet,
  408: problem("The body came too slowly"),
  415: problem("The body is of another type"),
};

/** A failure's members as RFC 9457 names them, but for `instance`. */
export function problemOf(failure: Failure) {
  const { headers, ...rest } = toProblem(failure);
  return { type: `/problems/${failure.kind}`, ...rest };
}

/** A failure as problem+json (RFC 9457), never cached. */
export function problemResponse(c: Context, failure: Failure): Response {
  const { status, headers } = toProblem(failure);
  const problem = problemOf(failure);
  const repeated = c.get("repeatsDetailAsError") ? { error: problem.detail } : {};
  const body = { ...problem, ...repeated, instance: `urn:request:${c.get("requestId")}` };
  c.get("facts").failure = failure.kind;
  return c.body(JSON.stringify(body), status as ContentfulStatusCode, {
    ...headers,
    "Content-Type": "application/problem+json",
  });
}

/** The failure that an error means. What is the service's doing is logged, without anything that the client sent. */
export function failureOf(error: unknown, c: Context): Failure {
  if (error instanceof HTTPException && error.status === 400) return { kind: "not-json" };
  const failure = failureOfError(error);
  const requestId = c.get("requestId");
  if (failure.kind === "internal") log({ event: "unexpected-error", requestId, causes: causesOf(error) });
  else logRefusal(failure, requestId, routeOf(c));
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
  return problemResponse(c, failureOf(error, c));
}

/** `defaultHook` of the routers: what doesn't fit a route's schema becomes a failure. */
export function refuseInvalid(result: { success: true } | { success: false; error: z.ZodError }): void {
  if (!result.success) throw new RequestFailure(failureOfInput(result.error));
}
