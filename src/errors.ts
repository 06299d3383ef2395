import { MAX_BATCH_TEXTS, MAX_BODY_BYTES, MAX_TEXT_UTF16_UNITS, RETRY_AFTER_SECONDS } from "./limits.ts";

/** Where in the request something is wrong, as a JSON pointer (RFC 6901) into the body or the query's fields. */
export interface InputError {
  pointer: string;
  detail: string;
}

/** Everything that keeps a request from its answer. */
export type Failure =
  | { kind: "invalid-request"; errors: InputError[] }
  | { kind: "unknown-option"; errors: InputError[] }
  | { kind: "text-too-long" }
  | { kind: "batch-too-large" }
  | { kind: "too-many-tokens"; tokens: number; limit: number }
  | { kind: "not-json" }
  | { kind: "unsupported-media-type" }
  | { kind: "body-too-large" }
  | { kind: "unknown-task"; tasks: string[] }
  | { kind: "unknown-model" }
  | { kind: "not-found" }
  | { kind: "method-not-allowed"; allow: string[] }
  | { kind: "model-unavailable"; reason: string }
  | { kind: "internal" };

/** A failure on its way to the client; thrown anywhere below the router. */
export class RequestFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.kind, options);
    this.failure = failure;
  }
}

/** An RFC 9457 problem without its constant parts. `type` is `/problems/` and the failure's kind, and stays so. */
export interface Problem {
  status: 400 | 404 | 405 | 413 | 415 | 422 | 500 | 503;
  title: string;
  detail: string;
  errors?: InputError[];
  headers?: Record<string, string>;
}

/** What a failure looks like over HTTP. */
export function toProblem(failure: Failure): Problem {
  switch (failure.kind) {
    case "invalid-request":
      return { status: 400, title: "The request is not valid", ...listErrors(failure.errors) };
    case "unknown-option":
      return { status: 400, title: "The request has an option that does not exist", ...listErrors(failure.errors) };
    case "text-too-long":
      return {
        status: 413,
        title: "A text is too long",
        detail: `A text may have ${MAX_TEXT_UTF16_UNITS} UTF-16 code units.`,
      };
    case "batch-too-large":
      return { status: 413, title: "Too many texts", detail: `A batch may hold ${MAX_BATCH_TEXTS} texts.` };
    case "too-many-tokens":
      return {
        status: 422,
        title: "The text has more tokens than the model reads",
        detail: `The text has ${failure.tokens} tokens, the model reads ${failure.limit}; truncation=truncate cuts it.`,
      };
    case "not-json":
      return { status: 400, title: "The body is not JSON", detail: "The body could not be parsed as JSON." };
    case "unsupported-media-type":
      return { status: 415, title: "The body is not JSON", detail: "Send the body as application/json." };
    case "body-too-large":
      return { status: 413, title: "The body is too large", detail: `A body may have ${MAX_BODY_BYTES} bytes.` };
    case "unknown-task":
      return {
        status: 404,
        title: "There is no such task",
        detail: `The model has no task of that name. Its tasks: ${failure.tasks.join(", ")}.`,
      };
    case "unknown-model":
      return { status: 404, title: "There is no such model", detail: "GET /v1/models lists the models." };
    case "not-found":
      return { status: 404, title: "There is nothing here", detail: "No route has this path." };
    case "method-not-allowed":
      return {
        status: 405,
        title: "The method is not allowed here",
        detail: `This path answers ${failure.allow.join(", ")}.`,
        headers: { Allow: failure.allow.join(", ") },
      };
    case "model-unavailable":
      return {
        status: 503,
        title: "The model could not be loaded",
        detail: failure.reason,
        headers: { "Retry-After": String(RETRY_AFTER_SECONDS) },
      };
    case "internal":
      return { status: 500, title: "Something went wrong here", detail: "The failure has been logged." };
  }
}

function listErrors(errors: InputError[]): { detail: string; errors: InputError[] } {
  return { detail: errors.map(({ pointer, detail }) => `${pointer || "/"}: ${detail}`).join(" "), errors };
}
