import {
  BODY_LIMIT_MS,
  MAX_BODY_BYTES,
  MAX_EXPLAINED_WORDS,
  MAX_LINE_BYTES,
  MAX_MASKS,
  RATE_LIMIT_PERIOD_SECONDS,
  RETRY_AFTER_SECONDS,
} from "./limits.ts";

/** One error of a request. `pointer` is a JSON pointer (RFC 6901) into the body or the query's fields. */
export interface InputError {
  pointer: string;
  detail: string;
}

/** Every reason why a request gets no answer. `at` is a JSON pointer to the text that caused it, if the request has several. */
export type Failure = { at?: string } & (
  | { kind: "invalid-request"; errors: InputError[]; total?: number }
  | { kind: "unknown-option"; errors: InputError[]; total?: number }
  | { kind: "foreign-option"; errors: InputError[] }
  | { kind: "unknown-target"; errors: InputError[] }
  | { kind: "text-too-long"; limit: number }
  | { kind: "batch-too-large"; limit: number }
  | { kind: "too-many-tokens"; tokens: number; limit: number }
  | { kind: "not-json" }
  | { kind: "unsupported-media-type"; expected: string }
  | { kind: "body-not-utf8" }
  | { kind: "body-too-large" }
  | { kind: "body-too-slow" }
  | { kind: "line-too-long" }
  | { kind: "line-not-utf8" }
  | { kind: "unknown-task"; tasks: string[] }
  | { kind: "unknown-scheme"; schemes: string[] }
  | { kind: "no-mask" }
  | { kind: "too-many-masks"; masks: number }
  | { kind: "not-explainable"; tasks: string[] }
  | { kind: "unknown-label"; errors: InputError[] }
  | { kind: "too-many-words"; words: number }
  | { kind: "too-much-work"; unit: WorkUnit; asked: number; limit: number }
  | { kind: "unknown-model" }
  | { kind: "jobs-off" }
  | { kind: "jobs-need-keys" }
  | { kind: "jobs-unavailable"; reason: string }
  | { kind: "unknown-job" }
  | { kind: "input-not-found" }
  | { kind: "input-too-large"; limit: number }
  | { kind: "not-found" }
  | { kind: "method-not-allowed"; allow: string[] }
  | { kind: "unauthorized"; error: "invalid_token" | undefined }
  | { kind: "rate-limited" }
  | { kind: "overloaded"; retryAfterSeconds: number }
  | { kind: "client-left" }
  | { kind: "model-unavailable"; reason: string; retryAfterSeconds?: number }
  | { kind: "misconfigured"; reason: string }
  | { kind: "internal" }
);

/** Units in which a request's work is counted: passes of the encoder, and mask predictions. */
export type WorkUnit = "windows" | "predictions";

/** A failure on its way to the client. Any code below the router may throw it. */
export class RequestFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.kind, options);
    this.failure = failure;
  }

  /** The same failure, caused by one of several texts. @param pointer JSON pointer (RFC 6901) to that text in the body */
  at(pointer: string): RequestFailure {
    return new RequestFailure({ ...this.failure, at: pointer }, { cause: this.cause });
  }
}

/** An RFC 9457 problem without its constant parts. Its `type` is always `/problems/` and the failure's kind. */
export interface ProblemFacts {
  status: 400 | 401 | 403 | 404 | 405 | 408 | 413 | 415 | 422 | 429 | 499 | 500 | 503;
  title: string;
  detail: string;
  errors?: InputError[];
  /** How many errors there are, if `errors` does not list all of them. */
  total_errors?: number;
  /** Seconds to wait before a retry: the value of Retry-After, for answers without headers of their own. */
  retry_after?: number;
  headers?: Record<string, string>;
}

/** Turns a failure into the problem that the client gets. */
export function toProblem(failure: Failure): ProblemFacts {
  const problem = describe(failure);
  const { at } = failure;
  return at === undefined || problem.errors
    ? problem
    : { ...problem, errors: [{ pointer: at, detail: problem.detail }] };
}

/** A failure's members as RFC 9457 names them, but for `instance`. */
export function problemOf(failure: Failure) {
  const { headers, ...rest } = toProblem(failure);
  return { type: `/problems/${failure.kind}` as const, ...rest };
}

function describe(failure: Failure): ProblemFacts {
  switch (failure.kind) {
    case "invalid-request":
      return { status: 400, title: "The request is not valid", ...listErrors(failure) };
    case "unknown-option":
      return { status: 400, title: "The request has an option that does not exist", ...listErrors(failure) };
    case "foreign-option":
      return { status: 422, title: "The task has no such option", ...listErrors(failure) };
    case "unknown-target":
      return { status: 422, title: "A target is no piece of the vocabulary", ...listErrors(failure) };
    case "text-too-long":
      return {
        status: 413,
        title: "A text is too long",
        detail: `A text here may have ${failure.limit} UTF-16 code units.`,
      };
    case "batch-too-large":
      return { status: 413, title: "A list is too long", detail: `The list may hold ${failure.limit} elements.` };
    case "too-many-tokens":
      return {
        status: 422,
        title: "The text has more tokens than the model reads",
        detail: `The text has ${failure.tokens} tokens, the model reads ${failure.limit} at once; truncation=truncate cuts it, window reads all.`,
      };
    case "not-json":
      return { status: 400, title: "The body is not JSON", detail: "The body could not be parsed as JSON." };
    case "body-not-utf8":
      return { status: 400, title: "The body is not UTF-8", detail: "The bytes of the body are not valid UTF-8." };
    case "unsupported-media-type":
      return { status: 415, title: "The body is of another type", detail: `Send the body as ${failure.expected}.` };
    case "body-too-large":
      return { status: 413, title: "The body is too large", detail: `A body may have ${MAX_BODY_BYTES} bytes.` };
    case "body-too-slow":
      return {
        status: 408,
        title: "The body came too slowly",
        detail: `A body must have arrived after ${BODY_LIMIT_MS / 1_000} seconds.`,
      };
    case "unknown-task":
      return {
        status: 404,
        title: "There is no such task",
        detail: `The model has no task of that name. Its tasks: ${failure.tasks.join(", ")}.`,
      };
    case "unknown-scheme":
      return {
        status: 422,
        title: "The task has no such tag set",
        detail: failure.schemes.length
          ? `Its tag sets: ${failure.schemes.join(", ")}.`
          : "The task has one tag set alone, which has no name.",
      };
    case "no-mask":
      return { status: 422, title: "The text has no mask", detail: "Put <mask> where a word is to be found." };
    case "too-many-masks":
      return {
        status: 422,
        title: "The text has too many masks",
        detail: `The text has ${failure.masks} masks, of which ${MAX_MASKS} are filled at once.`,
      };
    case "not-explainable":
      return {
        status: 422,
        title: "The task has no explanations",
        detail: `Only classification tasks are explained: ${failure.tasks.join(", ")}.`,
      };
    case "unknown-label":
      return { status: 422, title: "The task has no such label", ...listErrors(failure) };
    case "too-many-words":
      return {
        status: 422,
        title: "The text has too many words to explain",
        detail: `The text has ${failure.words} words; an explanation may have ${MAX_EXPLAINED_WORDS}.`,
      };
    case "too-much-work":
      return {
        status: 422,
        title: "The request asks for too much work",
        detail: `The request asks for ${failure.asked} ${failure.unit}; one request may ask for ${failure.limit}.`,
      };
    case "line-too-long":
      return { status: 413, title: "A line is too long", detail: `A line may have ${MAX_LINE_BYTES} bytes.` };
    case "line-not-utf8":
      return { status: 400, title: "A line is not UTF-8", detail: "The bytes of the line are not valid UTF-8." };
    case "unknown-model":
      return { status: 404, title: "There is no such model", detail: "GET /v1/models lists the models." };
    case "jobs-off":
      return { status: 404, title: "There are no jobs here", detail: "The service has no Worker that runs jobs." };
    case "jobs-need-keys":
      return { status: 403, title: "Jobs need keys", detail: "The service runs jobs only where AUTH is on." };
    case "jobs-unavailable":
      return {
        status: 503,
        title: "The jobs are not available",
        detail: failure.reason,
        headers: { "Retry-After": String(RETRY_AFTER_SECONDS) },
      };
    case "unknown-job":
      return { status: 404, title: "There is no such job", detail: "GET /v1/jobs lists the jobs." };
    case "input-not-found":
      return {
        status: 422,
        title: "The input is not there",
        detail: "The bucket for inputs has no object of that key.",
      };
    case "input-too-large":
      return { status: 413, title: "The input is too large", detail: `Such an input may have ${failure.limit} bytes.` };
    case "not-found":
      return { status: 404, title: "There is nothing here", detail: "No route has this path." };
    case "method-not-allowed":
      return {
        status: 405,
        title: "The method is not allowed here",
        detail: `This path answers ${failure.allow.join(", ")}.`,
        headers: { Allow: failure.allow.join(", ") },
      };
    case "unauthorized":
      return {
        status: 401,
        title: "A key is needed",
        detail: failure.error ? "The key is not one that is accepted here." : "Send Authorization: Bearer and a key.",
        headers: { "WWW-Authenticate": challenge(failure.error) },
      };
    case "rate-limited":
      return {
        status: 429,
        title: "Too many requests",
        detail: `Requests came faster than is allowed; try again after ${RATE_LIMIT_PERIOD_SECONDS} seconds.`,
        ...retryAfter(RATE_LIMIT_PERIOD_SECONDS),
      };
    case "overloaded":
      return {
        status: 503,
        title: "The service is busy",
        detail: "The request would have to wait too long for its turn. Try again after the seconds in Retry-After.",
        ...retryAfter(failure.retryAfterSeconds),
      };
    case "client-left": // nginx's status for this; only the metrics see it
      return { status: 499, title: "The client has left", detail: "Nobody waits for the answer any more." };
    case "model-unavailable":
      return {
        status: 503,
        title: "The model could not be loaded",
        detail: failure.reason,
        ...retryAfter(failure.retryAfterSeconds ?? RETRY_AFTER_SECONDS),
      };
    case "misconfigured":
      return { status: 500, title: "The service is misconfigured", detail: failure.reason };
    case "internal":
      return { status: 500, title: "Something went wrong here", detail: "The failure has been logged." };
  }
}

const retryAfter = (seconds: number) => ({ retry_after: seconds, headers: { "Retry-After": String(seconds) } });

/** How many errors `detail` repeats. `errors` lists more. */
const ERRORS_IN_DETAIL = 5;

function listErrors({ errors, total = errors.length }: { errors: InputError[]; total?: number }) {
  const told = errors.slice(0, ERRORS_IN_DETAIL).map(({ pointer, detail }) => `${pointer || "/"}: ${detail}`);
  if (total > told.length) told.push(`There are ${total} errors in all.`);
  return { detail: told.join(" "), errors, ...(total > errors.length && { total_errors: total }) };
}

/** RFC 6750, 3: at least one parameter, and no error code if the client sent no key. */
function challenge(error: string | undefined): string {
  return `Bearer realm="bertweet-edge"${error ? `, error="${error}"` : ""}`;
}
