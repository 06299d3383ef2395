import type { Failure } from "../../src/errors.ts";

/** Every kind of failure; the compiler sees to it that none is missing. */
const KINDS: Record<Failure["kind"], true> = {
  "invalid-request": true,
  "unknown-option": true,
  "foreign-option": true,
  "unknown-target": true,
  "text-too-long": true,
  "batch-too-large": true,
  "too-many-tokens": true,
  "not-json": true,
  "unsupported-media-type": true,
  "body-not-utf8": true,
  "body-too-large": true,
  "body-too-slow": true,
  "line-too-long": true,
  "line-not-utf8": true,
  "unknown-task": true,
  "unknown-scheme": true,
  "no-mask": true,
  "too-many-masks": true,
  "too-much-work": true,
  "unknown-model": true,
  "not-found": true,
  "method-not-allowed": true,
  unauthorized: true,
  "rate-limited": true,
  overloaded: true,
  "client-left": true,
  "model-unavailable": true,
  misconfigured: true,
  internal: true,
};

/** Whether a problem's `type` is one that the service tells. */
export function isKnownType(type: string): boolean {
  return type.startsWith("/problems/") && Object.hasOwn(KINDS, type.slice("/problems/".length));
}
