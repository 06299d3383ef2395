import { hc, type PickResponseByStatusCode } from "hono/client";
import type { app } from "./app.ts";
import { type Problem, readProblem, readRetryAfter } from "./read-problem.ts";
import { sleep } from "./sleep.ts";

export type { Problem };

/** How often a request is sent again when nobody says. */
const DEFAULT_RETRIES = 3;

/** The first wait is up to this long; it doubles with each retry up to the cap. */
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8_000;

/** A service that asks for more patience than this is told about at once. */
const LONGEST_RETRY_AFTER_MS = 120_000;

/** Thrown for every answer that is none. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(`${problem.status} ${problem.title}${problem.detail ? `: ${problem.detail}` : ""}`);
    this.problem = problem;
  }
}

export interface ClientOptions {
  /** Sent as a bearer token. */
  apiKey?: string;
  /** How often a request is sent again after a 429 or a 503; 3 when not given. */
  retries?: number;
  /** Sends the requests; the global `fetch` when not given. */
  fetch?: typeof globalThis.fetch;
}

/**
 * A client of the service at `baseUrl`, typed by the service's own routes (Hono RPC): `client.v1[":task"].$get(...)` is
 * `GET /v1/{task}`, and its `json()` has the type of the answer. A signal in a request's `init` calls it off, its waits too.
 *
 * Each method throws ProblemError for a problem, TypeError when the service can't be reached, and the signal's reason.
 */
export function createClient(baseUrl: string, options: ClientOptions = {}) {
  const { apiKey, retries = DEFAULT_RETRIES, fetch = globalThis.fetch } = options;
  return hc<PickResponseByStatusCode<typeof app, 200>>(baseUrl, {
    headers: apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` },
    fetch: (url: string | URL | Request, init?: RequestInit) => send(fetch, url, init, retries),
  });
}

/** Every request to the service only reads, a POST too, so it is sent again unless its body is used up. */
async function send(
  fetch: typeof globalThis.fetch,
  url: string | URL | Request,
  init: RequestInit | undefined,
  retries: number,
): Promise<Response> {
  const repeatable = !(init?.body instanceof ReadableStream);
  for (let retried = 0; ; retried++) {
    const response = await fetch(url, init);
    if (response.ok || response.status === 304) return response;
    const wait = waitBefore(retried, response);
    if (wait === undefined || !repeatable || retried >= retries) throw new ProblemError(await readProblem(response));
    await response.body?.cancel();
    await sleep(wait, init?.signal);
  }
}

/**
 * Milliseconds to wait before a request is sent again: as long as Retry-After says (RFC 9110, 10.2.3), and on top of it a
 * random part of a backoff that doubles, so that clients refused together do not come back together.
 *
 * @returns undefined when it should not be sent again
 */
function waitBefore(retried: number, { status, headers }: Response): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const asked = readRetryAfter(headers) ?? 0;
  if (asked > LONGEST_RETRY_AFTER_MS) return undefined;
  const backoff = Math.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** retried);
  return asked + backoff;
}
