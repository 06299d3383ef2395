import { type Problem, readProblem, readRetryAfter } from "../read-problem.ts";
import { sleep } from "../sleep.ts";
import { readCacheStatus, readServerTiming } from "./exchange.ts";
import { type Answered, type Question, queryOf } from "./question.ts";

/** The service answers within seconds, even while it loads its model. */
const ANSWER_LIMIT_MS = 60_000;

/** How often the page asks again where the service says when to. */
const MOST_RETRIES = 5;

/** The page shows the problem at once where it would have to wait longer than this. */
const LONGEST_WAIT_MS = 120_000;

/** The service's refusal, as it said it. */
export class Refusal extends Error {
  readonly problem: Problem;
  /** What `Retry-After` asks for, in milliseconds; undefined where the service does not say. */
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
  /** Calls the question off. */
  signal: AbortSignal;
  /** Hears of a refusal after which the page will ask again by itself. */
  waits: (refusal: Refusal) => void;
}

/**
 * Asks the service that this page came from, and asks again where `Retry-After` says when.
 *
 * @throws Refusal for a problem, TypeError when the service can't be reached, DOMException when called off or too slow
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

/** Revalidates what the browser has kept, because the times shown are to be the service's. */
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
  };
  return { answer, exchange };
}
