import { expect } from "vitest";

/** What ten times as much may cost: linear work costs ten times as much, quadratic work a hundred times. */
const MAX_RATIO = 40;
/** Less than this is noise; quadratic work on 20,000 characters takes hundreds of milliseconds. */
const LEAST_MS = 1;
const ATTEMPTS = 20;

/**
 * Expects that work on ten times as much takes about ten times as long. It compares the shortest times of several attempts,
 * which are still long for quadratic work.
 */
export function expectLinear(small: () => unknown, large: () => unknown): void {
  let [smallMs, largeMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const ratio = () => largeMs / Math.max(LEAST_MS, smallMs);
  for (let attempt = 0; attempt < ATTEMPTS && !(ratio() <= MAX_RATIO); attempt++) {
    smallMs = Math.min(smallMs, msOf(small));
    largeMs = Math.min(largeMs, msOf(large));
  }
  expect(ratio()).toBeLessThanOrEqual(MAX_RATIO);
}

/** CPU time of this thread. The wall clock would include interruptions, and on a busy machine longer work is interrupted more often. */
function msOf(act: () => unknown): number {
  const before = process.threadCpuUsage();
  act();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}
