import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { z } from "zod";
import { type Failure, type InputError, RequestFailure, toProblem } from "../errors.ts";
import { problemSchema } from "./schemas.ts";

const problem = { description: "A problem", content: { "application/problem+json": { schema: problemSchema } } };

/** The problems that any route under /v1 may answer, for its OpenAPI description. */
export const problems = {
  400: problem,
  404: problem,
  405: problem,
  413: problem,
  415: problem,
  422: problem,
  503: problem,
};

/** A failure as problem+json (RFC 9457), never cached. */
export function problemResponse(c: Context, failure: Failure): Response {
  const { status, headers, ...rest } = toProblem(failure);
  const body = { type: `/problems/${failure.kind}`, status, ...rest, instance: `urn:request:${c.get("requestId")}` };
  return c.body(JSON.stringify(body), status, { ...headers, "Content-Type": "application/problem+json" });
}

/** Hono's `onError`. What is not the client's doing is logged, without the request: its text is nobody else's business. */
export function answerError(error: Error, c: Context): Response {
  if (error instanceof HTTPException && error.status === 400) return problemResponse(c, { kind: "not-json" });
  const failure: Failure = error instanceof RequestFailure ? error.failure : { kind: "internal" };
  const response = problemResponse(c, failure);
  if (response.status >= 500) {
    const { stack } = error.cause instanceof Error ? error.cause : error;
    console.error(JSON.stringify({ requestId: c.get("requestId"), failure: failure.kind, stack }));
  }
  return response;
}

/** Zod's findings as the failure that names the worst of them. */
function failureOf(error: z.ZodError): Failure {
  const { issues } = error;
  const errors: InputError[] = issues.map(({ path, message }) => ({
    pointer: path.map((part) => `/${String(part)}`).join(""),
    detail: message,
  }));
  const tooBig = issues.find(({ code }) => code === "too_big");
  if (tooBig?.code === "too_big" && tooBig.origin === "array") return { kind: "batch-too-large" };
  if (tooBig?.code === "too_big" && tooBig.origin === "string") return { kind: "text-too-long" };
  if (issues.some(({ code }) => code === "unrecognized_keys")) return { kind: "unknown-option", errors };
  return { kind: "invalid-request", errors };
}

/** `defaultHook` of the routers: what doesn't fit a route's schema becomes a failure. */
export function refuseInvalid(result: { success: true } | { success: false; error: z.ZodError }): void {
  if (!result.success) throw new RequestFailure(failureOf(result.error));
}
