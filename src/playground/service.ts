import type { Problem } from "./answers.ts";
import { type Exchange, readCacheStatus, readServerTiming } from "./exchange.ts";

/** The service's refusal, as it said it. */
export class Refusal extends Error {
  readonly problem: Problem;
  /** Seconds, or a date, as in `Retry-After`. */
  readonly retryAfter: string | null;

  constructor(problem: Problem, retryAfter: string | null) {
    super(problem.title);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

/** How to ask: an access key where the service wants one, and what calls the question off. */
export interface Asking {
  key: string;
  signal: AbortSignal;
}

/**
 * Asks the service that this page came from. The browser's own cache is passed by (a revalidation instead), because the
 * times are to be the service's.
 *
 * @throws Refusal for a problem, TypeError when the service can't be reached, AbortError when called off
 */
export async function get<T>(path: string, { key, signal }: Asking): Promise<{ answer: T; exchange: Exchange }> {
  const asked = performance.now();
  const headers: HeadersInit = key === "" ? {} : { Authorization: `Bearer ${key}` };
  const response = await fetch(path, { headers, signal, cache: "no-cache" });
  const body = await response.text();
  if (!response.ok) throw new Refusal(readProblem(response, body), response.headers.get("Retry-After"));
  const exchange = {
    path,
    roundTrip: performance.now() - asked,
    steps: readServerTiming(response.headers.get("Server-Timing")),
    cache: readCacheStatus(response.headers.get("Cache-Status")),
  };
  return { answer: JSON.parse(body) as T, exchange };
}

/** What stands between page and service, a proxy say, may answer without problem+json. */
function readProblem(response: Response, body: string): Problem {
  if (response.headers.get("Content-Type")?.startsWith("application/problem+json")) return JSON.parse(body) as Problem;
  return { type: "about:blank", title: response.statusText || "Refused", status: response.status };
}
