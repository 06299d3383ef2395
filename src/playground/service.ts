import type { Problem } from "../packages/problem.ts";
import { readProblem, readRetryAfter } from "../read-problem.ts";
import { sleep } from "../sleep.ts";
import { readCacheStatus, readServerTiming } from "./exchange.ts";
import { type Answered, type Question, queryOf } from "./question.ts";

/** The service answers within seconds, even while it loads its model. */
const ANSWER_LIMIT_MS = 60_000;

/** How often the page retries if the service sends `Retry-After`. */
const MOST_RETRIES = 5;

/** If `Retry-After` is longer than this, the page shows the problem at once. */
const LONGEST_WAIT_MS = 120_000;

/** A problem that the service answered with. */
export class Refusal extends Error {
  readonly problem: Problem;
  /** `Retry-After` in milliseconds; undefined if the response has none. */
  readonly retryAfter: number | undefined;

  constructor(problem: Problem, retryAfter: number | undefined) {
    super(problem.title);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

/** How to ask. */
export interface Asking {
  /** Access key, or "". */
  key: string;
  /** Cancels the question. */
  signal: AbortSignal;
  /** Called with a refusal after which the page will retry by itself. */
  waits: (refusal: Refusal) => void;
}

/**
 * Asks the service that served this page. Retries if the service sends `Retry-After`.
 *
 * @throws Refusal for a problem, TypeError if the service can't be reached, DOMException if cancelled or too slow
 */
export async function ask<T>(question: Question, asking: Asking): Promise<Answered<T>> {
  for (let retries = 0; ; retries++) {
    try {
      return await askOnce(question, asking);
    } catch (error) {
      if (!(error instanceof Refusal) || error.retryAfter === undefined) throw error;
      if (retries === MOST_RETRIES || error.retryAfter > LONGEST_WAIT_MS) throw error;
      asking.waits(error);
      await sleep(error.retryAfter, asking.signal);
    }
  }
}

/** Revalidates answers in the browser's cache, so that the page shows the service's times. */
async function askOnce<T>(question: Question, { key, signal }: Asking): Promise<Answered<T>> {
  const query = queryOf(question);
  const headers = new Headers(key === "" ? {} : { Authorization: `Bearer ${key}` });
  if (!query) headers.set("Content-Type", "application/json");
  const asked = performance.now();
  const response = await fetch(query?.length ? `${question.route}?${new URLSearchParams(query)}` : question.route, {
    ...(query ? { method: "GET" } : { method: "POST", body: JSON.stringify(question.parameters) }),
    headers,
    cache: "no-cache",
    signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_LIMIT_MS)]),
  });
  if (!response.ok) throw new Refusal(await readProblem(response), readRetryAfter(response.headers));
  const answer = (await response.json()) as T;
  const exchange = {
    route: question.route,
    roundTrip: performance.now() - asked,
    steps: readServerTiming(response.headers.get("Server-Timing")),
    cache: readCacheStatus(response.headers.get("Cache-Status")),
    links: response.headers.get("Link") ?? "",
  };
  return { answer, exchange };
}
