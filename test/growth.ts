import { expect } from "vitest";

/** What ten times as much may cost: linear work costs ten times as much, quadratic work a hundred times. */
const MAX_RATIO = 40;
/** Less than this is noise. */
const LEAST_MS = 0.2;
const ATTEMPTS = 8;

/**
 * Expects that work on ten times as much takes about ten times as long. The least times of several attempts are compared, so
 * that a busy machine fails no test; quadratic work fails each attempt.
 */
export function expectLinear(small: () => unknown, large: () => unknown): void {
  let ratio = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < ATTEMPTS && ratio > MAX_RATIO; attempt++)
    ratio = Math.min(ratio, leastMs(large, 1) / Math.max(LEAST_MS, leastMs(small, 2)));
  expect(ratio).toBeLessThanOrEqual(MAX_RATIO);
}

function leastMs(act: () => unknown, runs: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    act();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}
