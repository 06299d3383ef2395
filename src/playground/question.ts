import type { Exchange } from "./exchange.ts";

/** A request of the page to the service: a route and its parameters. */
export interface Question {
  route: `/v1/${string}`;
  parameters: Record<string, string | boolean | string[]>;
}

/** An answer, and the timing of its request. */
export interface Answered<T> {
  answer: T;
  exchange: Exchange;
}

/** Maximum length of a URL. Cloudflare allows 16 kB, and other proxies allow less. */
const LONGEST_QUERY = 2_000;

/**
 * The question as a GET, which every cache can keep.
 *
 * @returns name and value of each query parameter, or undefined if the question needs a body
 */
export function queryOf({ parameters }: Question): [string, string][] | undefined {
  if ("texts" in parameters) return undefined;
  const query = Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]);
  return new URLSearchParams(query).toString().length > LONGEST_QUERY ? undefined : query;
}
