import { BundleError } from "../../bundle/bundle-error.ts";
import { ISOLATE_BYTES } from "../../limits.ts";
import { memoryBudget } from "../settings.ts";

/** Bytes for all models of the isolate together. @throws RequestFailure `misconfigured` */
export function modelRoom(env: Env): number {
  return memoryBudget(env) - ISOLATE_BYTES;
}

/** The error for a model that needs more memory than the isolate has. */
export function doesNotFit(bytes: number, room: number): BundleError {
  const megabytes = (each: number) => Math.round(Math.max(0, each) / 2 ** 20);
  return new BundleError(`The model needs ${megabytes(bytes)} MB of memory, and there are ${megabytes(room)}.`);
}
