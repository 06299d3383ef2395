import type { Exchange } from "./exchange.ts";

/** What the page asks of the service: a route and its parameters. */
export interface Question {
  route: "/v1/models" | "/v1/analyze" | "/v1/tokenize" | "/v1/fill-mask" | "/v1/embed";
  parameters: Record<string, string | boolean | string[]>;
}

/** An answer, and what it cost to get. */
export interface Answered<T> {
  answer: T;
  exchange: Exchange;
}

/** Cloudflare takes 16 kB of URL; other proxies take less. */
const LONGEST_QUERY = 2_000;

/**
 * The question as a GET, which every cache can keep.
 *
 * @returns name and value of each query parameter, or undefined where the question needs a body
 */
export function queryOf({ parameters }: Question): [string, string][] | undefined {
  if ("texts" in parameters) return undefined;
  const query = Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]);
  return new URLSearchParams(query).toString().length > LONGEST_QUERY ? undefined : query;
}
