import { BundleError } from "../../bundle/bundle-error.ts";
import { RequestFailure } from "../../errors.ts";

/** Why a version can't answer, for the client and `/readyz`. Errors that are not about the bundle are only in the log. */
export function reasonOf(error: unknown): string {
  if (error instanceof BundleError) return error.message;
  if (error instanceof RequestFailure && "reason" in error.failure && error.failure.reason) return error.failure.reason;
  return "The model's files could not be read or started.";
}

/** The same with its causes, for the log. It holds no text, because loading a model reads no text. */
export function causeOf(error: unknown): string {
  const causes: string[] = [reasonOf(error)];
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
    if (cause.message !== causes[0] && !(cause instanceof RequestFailure)) causes.push(cause.message);
  return causes.join(" ");
}

/** The failure that the client gets. */
export function unavailable(error: unknown, pauseMs: number): RequestFailure {
  const retryAfterSeconds = Math.max(1, Math.ceil(pauseMs / 1_000));
  return new RequestFailure(
    { kind: "model-unavailable", reason: reasonOf(error), retryAfterSeconds },
    { cause: error instanceof RequestFailure ? error.cause : error },
  );
}
