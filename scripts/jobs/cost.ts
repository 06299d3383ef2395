import { DOLLARS_PER_MILLION_CPU_MS } from "../bench/prices.ts";

/**
 * Milliseconds of CPU that a job takes for a token, by `npm run bench -- --only jobs` with `simd`. An estimate of another processor's:
 * in production the clock stands still while code computes, so a job can count its tokens but not its time.
 */
export const CPU_MS_PER_TOKEN = 0.363;

/** What so many tokens cost, in seconds of CPU and US dollars of list price. */
export function costOf(tokens: number): { seconds: number; dollars: number } {
  const ms = tokens * CPU_MS_PER_TOKEN;
  return { seconds: ms / 1_000, dollars: (ms / 1e6) * DOLLARS_PER_MILLION_CPU_MS };
}
