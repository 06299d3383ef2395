import { type Bertweet, bodyOf, type Input, type Prediction, resultOf } from "./packages/bertweet.ts";
import { createJobsClient, type JobsClient } from "./packages/jobs-client.ts";
import { ProblemError } from "./packages/problem-error.ts";
import type { PredictOptions, ProblemLine } from "./packages/types.ts";
import { readProblem, readRetryAfter } from "./read-problem.ts";
import { sleep } from "./sleep.ts";
import { TIMED_OUT, within } from "./within.ts";

export type { JobsClient } from "./packages/jobs-client.ts";
export { ProblemError, problemOf } from "./packages/problem-error.ts";
export type * from "./packages/published.ts";

/** Default number of retries. */
const DEFAULT_RETRIES = 3;

/** The first wait is up to this long; it doubles with each retry up to the cap. */
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8_000;

/** Give up if Retry-After exceeds this. */
const LONGEST_RETRY_AFTER_MS = 120_000;

/** Some servers on the way refuse longer URLs. */
const LONGEST_QUERY = 6_000;

/** Maximum number of stream lines in one chunk, and how long a line waits for the next one. */
const LINES_AT_ONCE = 128;
const LINE_WAIT_MS = 20;

export interface ClientOptions {
  /** Access key, sent as a bearer token. */
  apiKey?: string | undefined;
  /** Maximum number of retries after a 429 or a 503. Default: 3. */
  retries?: number;
  /** Sends the requests. Default: the global `fetch`. For a service binding: `(url, init) => env.BERTWEET.fetch(url, init)`. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /**
   * Send a single text by GET, so that browsers and CDNs can cache the answer. The text is then in the URL, and servers on the
   * way may log it. Long texts and lists are still sent in a body.
   */
  cacheable?: boolean;
}

/** Options of a call that are not part of the question. */
export interface CallOptions {
  /** Cancels the request, including waits before a retry. */
  signal?: AbortSignal | undefined;
}

/** What a caller knows a line by. It comes back with the line's answer. */
interface LineId {
  id?: string | number | undefined;
}

/** A line of a stream: a text, or a text with its own options and an id. */
export type StreamInput =
  | Input
  | (({ text: string } | { tokens: readonly string[] }) & Omit<PredictOptions, "model"> & LineId);

/** The answer to a line of a stream. Lines are counted from 1. */
export type StreamAnswer<Task extends string> = ((Prediction<Task> & { line: number }) | ProblemLine) & LineId;

/**
 * A client of a service. Each method throws ProblemError for a problem, TypeError if the service can't be reached, and the signal's reason.
 */
export interface Client extends Bertweet<CallOptions> {
  /**
   * Answers any number of texts, one after another. Each answer has its `line`, counted from 1. If a line fails, its answer has
   * `error`. Texts are read only as fast as you read the answers.
   *
   * @example
   * ```ts
   * import { createClient } from "bertweet-edge/client";
   *
   * const client = createClient("http://127.0.0.1:8787");
   * for await (const answer of client.stream("sentiment", ["so happy for you", "not again"]))
   *   console.log("error" in answer ? answer.error.title : answer.label); // positive, then negative
   * ```
   */
  stream<Task extends string>(
    task: Task,
    texts: Iterable<StreamInput> | AsyncIterable<StreamInput>,
    options?: PredictOptions & CallOptions,
  ): AsyncGenerator<StreamAnswer<Task>, void, undefined>;

  /** All rows of an object in R2, where the service has jobs. */
  jobs: JobsClient;
}

/**
 * Creates a client of the service at `baseUrl`, which may have a path. It retries after 429 and 503, after the time in `Retry-After`.
 *
 * @example
 * ```ts
 * import { createClient } from "bertweet-edge/client";
 *
 * const client = createClient("http://127.0.0.1:8787", { retries: 1 });
 * const { label, scores } = await client.predict("sentiment", "so happy for you");
 * console.log(label, scores.length); // positive 3
 * const options = { scheme: "wnut17", signal: AbortSignal.timeout(10_000) };
 * const { entities } = await client.predict("ner", "Off to Berlin with Anna", options);
 * console.log(entities[0]?.text); // Berlin
 * const { words } = await client.explain("irony", "great, monday again");
 * console.log(words.map(({ text, effect }) => `${text} ${effect}`)); // above 0 a word speaks for the label
 * ```
 */
export function createClient(baseUrl: string | URL, options: ClientOptions = {}): Client {
  const { cacheable = false } = options;
  const base = String(baseUrl).replace(/\/+$/, "");
  const send = sender(options);

  async function ask(route: string, input: Input | readonly Input[], given: CallOptions = {}): Promise<never> {
    const { signal, ...questionOptions } = given;
    const body = bodyOf(input, questionOptions);
    const query = cacheable && typeof input === "string" ? queryOf(body) : undefined;
    const response =
      query !== undefined && query.length <= LONGEST_QUERY
        ? await send(`${base}/v1/${route}?${query}`, { signal })
        : await send(`${base}/v1/${route}`, { ...post("application/json", JSON.stringify(body)), signal });
    return resultOf(input, (await response.json()) as object) as never;
  }

  return {
    predict: (task: string, input: Input | readonly Input[], given?: CallOptions) =>
      ask(encodeURIComponent(task), input, given),
    explain: (task: string, input: Input | readonly Input[], given?: CallOptions) =>
      ask(`${encodeURIComponent(task)}/explain`, input, given),
    analyze: (input: Input | readonly Input[], given?: CallOptions) => ask("analyze", input, given),
    embed: (input: Input | readonly Input[], given?: CallOptions) => ask("embed", input, given),
    tokenize: (text, given) => ask("tokenize", text, given),
    jobs: createJobsClient(`${base}/v1/jobs`, send),
    async *stream(task, texts, { signal, model, ...shared } = {}) {
      const query = model === undefined ? "" : `?${new URLSearchParams({ model })}`;
      let line = 0;
      for await (const some of inParts(texts, signal)) {
        const lines = some.map((each) => `${JSON.stringify({ ...shared, ...bodyOf(each as Input) })}\n`);
        const request = { ...post("application/x-ndjson", lines.join("")), signal };
        const response = await send(`${base}/v1/${encodeURIComponent(task)}/stream${query}`, request);
        const end = line + lines.length;
        for await (const answer of answersOf(response)) yield { ...answer, line: ++line } as never;
        if (line !== end) throw new TypeError("The stream ended before every line was answered.");
      }
    },
  };
}

function post(type: string, body: string) {
  return { method: "POST", headers: { "Content-Type": type }, body };
}

/** The body as a query. List elements are separated by commas. */
function queryOf(body: Record<string, unknown>): string {
  const given = Object.entries(body).filter(([, value]) => value !== undefined);
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
}

interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  signal: AbortSignal | undefined;
}

/** Sends requests, with retries. A retry is safe: requests only read, also a POST, and what they do to a job is the same twice. @throws ProblemError */
function sender({ apiKey, retries = DEFAULT_RETRIES, fetch = globalThis.fetch }: ClientOptions) {
  const authorization: Record<string, string> = apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` };
  return async (url: string, { signal, headers, ...others }: Sent): Promise<Response> => {
    const request = { ...others, headers: { ...headers, ...authorization }, signal: signal ?? null };
    for (let retried = 0; ; retried++) {
      const response = await fetch(url, request);
      if (response.ok) return response;
      const wait = waitBefore(retried, response);
      if (wait === undefined || retried >= retries) throw new ProblemError(await readProblem(response));
      await response.body?.cancel();
      await sleep(wait, signal);
    }
  };
}

/**
 * Milliseconds to wait before a retry: the time in Retry-After (RFC 9110, 10.2.3) plus a random part of a doubling backoff, so that
 * clients that were refused together do not retry together.
 *
 * @returns undefined if the request should not be retried
 */
function waitBefore(retried: number, { status, headers }: Response): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const asked = readRetryAfter(headers) ?? 0;
  if (asked > LONGEST_RETRY_AFTER_MS) return undefined;
  const backoff = Math.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** retried);
  return asked + backoff;
}

/**
 * Groups a source's values into lists: LINES_AT_ONCE of them, or as many as arrive without a longer wait. Each list is one request, because
 * browsers can't stream a request body over HTTP/1.1.
 */
async function* inParts<T>(
  source: Iterable<T> | AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T[]> {
  const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  try {
    let next = Promise.resolve(iterator.next());
    for (;;) {
      const part: T[] = [];
      while (part.length < LINES_AT_ONCE) {
        const found = part.length === 0 ? await unlessAborted(next, signal) : await within(next, LINE_WAIT_MS);
        if (found === TIMED_OUT) break;
        if (found.done) {
          if (part.length > 0) yield part;
          return;
        }
        part.push(found.value);
        next = Promise.resolve(iterator.next());
        next.catch(() => {}); // a failure is thrown when its turn comes
      }
      yield part;
    }
  } finally {
    Promise.resolve(iterator.return?.()).catch(() => {}); // not awaited, because the source may hang
  }
}

/** The promise's value. @throws the signal's reason as soon as it aborts */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  signal.throwIfAborted();
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
  });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener("abort", abort));
}

/** The parsed lines of a response. If the caller stops early, the rest of the response is cancelled. */
async function* answersOf({ body }: Response): AsyncGenerator<Record<string, unknown>> {
  if (!body) return;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      const lines = (rest + (done ? decoder.decode() : decoder.decode(value, { stream: true }))).split("\n");
      rest = done ? "" : (lines.pop() as string);
      for (const line of lines) if (line !== "") yield JSON.parse(line);
      if (done) return;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
