import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { z } from "zod";
import { BundleError } from "../bundle/bundle-error.ts";
import { type Failure, problemOf, RequestFailure, toProblem } from "../errors.ts";
import { log } from "../log.ts";
import { causesOf } from "./causes.ts";
import { failureOfInput } from "./invalid-input.ts";
import type { RequestFacts } from "./metrics/sink.ts";
import type { ProblemShape } from "./middleware/problem-shape.ts";
import { ownRequestId } from "./middleware/request-id.ts";
import { logRefusal } from "./refusals.ts";
import { routeOf } from "./route.ts";
import { problemSchema } from "./schemas/answers.ts";
import { type HeadersObject, problemHeaders } from "./schemas/headers.ts";

export const PROBLEM_JSON = "application/problem+json";

const problem = (description: string, headers: HeadersObject = problemHeaders.usual) => ({
  description,
  headers,
  content: { [PROBLEM_JSON]: { schema: problemSchema } },
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

/** The problems of a route that reads a body: all problems. */
export const problems = {
  ...problemsOfGet,
  408: problem("The body came too slowly"),
  415: problem("The body is of another type"),
};

/** The same in JSON of another schema, for routes whose clients read other errors. */
export function problemsIn<T extends z.ZodType, P extends Record<number, object>>(of: P, schema: T) {
  const entries = Object.entries(of).map(([status, each]) => [
    status,
    { ...each, content: { "application/json": { schema } } },
  ]);
  return Object.fromEntries(entries) as {
    [Status in keyof P]: Omit<P[Status], "content"> & { content: { "application/json": { schema: T } } };
  };
}

const asProblem: ProblemShape = (body) => ({ type: PROBLEM_JSON, body });

/** A failure as problem+json (RFC 9457), or in the shape that the path has; never cached. */
export function problemResponse(c: Context, failure: Failure): Response {
  const { status, headers } = toProblem(failure);
  const problem = { ...problemOf(failure), instance: `urn:request:${ownRequestId(c)}` };
  const shape = c.get("problemShape") ?? asProblem;
  const { type, body } = shape(problem, failure);
  c.get("facts").failure = failure.kind;
  return c.body(JSON.stringify(body), status as ContentfulStatusCode, { ...headers, "Content-Type": type });
}

/** Turns an error into a failure. Errors of the service are logged, without anything that the client sent. */
export function failureOf(error: unknown, c: Context): Failure {
  if (error instanceof HTTPException && error.status === 400) return { kind: "not-json" };
  return logged(error, ownRequestId(c), routeOf(c));
}

/** The problem that an error means to a caller over a service binding, logged as `failureOf` does. Its kind is put into `facts`. */
export function problemOfCall(
  error: unknown,
  { facts, requestId, route }: { facts: RequestFacts; requestId: string; route: string },
) {
  const failure = logged(error, requestId, route);
  facts.failure = failure.kind;
  return { ...problemOf(failure), instance: `urn:request:${requestId}` };
}

function logged(error: unknown, requestId: string, route: string): Failure {
  const failure = failureOfError(error);
  if (failure.kind === "internal") log({ event: "unexpected-error", requestId, causes: causesOf(error) });
  else logRefusal(failure, requestId, route);
  return failure;
}

function failureOfError(error: unknown): Failure {
  if (error instanceof RequestFailure) return error.failure;
  // Some parts of the model are read only when a text needs them.
  if (error instanceof BundleError) return { kind: "model-unavailable", reason: error.message };
  return { kind: "internal" };
}

/** Hono's `onError`. */
export function answerError(error: Error, c: Context): Response {
  return problemResponse(c, failureOf(error, c));
}

/** `defaultHook` of the routers: turns a schema error into a failure. */
export function refuseInvalid(result: { success: true } | { success: false; error: z.ZodError }): void {
  if (!result.success) throw new RequestFailure(failureOfInput(result.error));
}
