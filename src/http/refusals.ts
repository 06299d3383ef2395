import type { Failure } from "../errors.ts";
import { log } from "../log.ts";
import { createPacer } from "./pacer.ts";

/** Failures that are not a mistake in the request: the client has no access or asks for too much, or the service can't answer. */
export const REFUSALS = [
  "overloaded",
  "model-unavailable",
  "misconfigured",
  "rate-limited",
  "unauthorized",
  "too-much-work",
  "body-too-slow",
  "jobs-unavailable",
] as const satisfies Failure["kind"][];

export function isRefusal(kind: string): boolean {
  return (REFUSALS as readonly string[]).includes(kind);
}

const pace = createPacer();

/** Logs a refusal, at most one of each kind per LOG_PAUSE_MS. Other failures are mistakes of the client, and are not logged. */
export function logRefusal(failure: Failure, requestId: string, route: string): void {
  const { kind } = failure;
  const leftOut = isRefusal(kind) ? pace(kind) : undefined;
  if (leftOut === undefined) return;
  const reason = "reason" in failure ? failure.reason : undefined;
  log({ event: "request-refused", requestId, route, failure: kind, reason, leftOut });
}
