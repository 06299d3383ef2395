import { describe, expect, test } from "vitest";
import { simulate, type World } from "../scripts/jobs/simulate.ts";
import { WITHOUT, worldOf } from "../scripts/jobs/worlds.ts";
import { seededRandom } from "../scripts/random.ts";

/** Four chunks of 100 rows, and nothing by chance. A chunk is 10 s of CPU, 4 reads, and a write and a read for each of its two parts: 11.6 s. */
const PLAIN: World = {
  lines: 400,
  lineBytes: 100,
  tokensPerLine: 10,
  cpuPerToken: 0.01,
  consumers: 2,
  chunkBytes: 10_000,
  maxChunks: 9_000,
  callTokens: Number.POSITIVE_INFINITY,
  partTokens: 500,
  rowTokens: 0,
  r2Read: 0.1,
  r2Write: 0.5,
  r2Sigma: 0,
  load: 0,
  newIsolates: 0,
  failures: 0,
  stragglers: 0,
  stragglerFactor: 1,
  retryFirst: 1,
  retryMost: 300,
  delivery: 0.5,
  rampDoubles: 0,
  poll: { share: 0, least: 5, most: 5 },
  sendPage: 1,
  pageChunks: 1_000,
};

const run = (changed: Partial<World> = {}, seed = 1) => simulate({ ...PLAIN, ...changed }, seededRandom(seed));

describe("small jobs take as long as a count by hand gives", () => {
  test("two consumers answer four chunks in two rounds", () => {
    const outcome = run();
    // 1.5 s until the messages are there, then 23.2 s. The look at 25 s sees it, and the manifest is a write.
    expect(outcome.seconds).toBeCloseTo(25.5);
    expect(outcome.almostAll).toBeCloseTo(24.7);
    expect(outcome.cpuSeconds).toBeCloseTo(40);
    expect(outcome.used).toBeCloseTo(40 / (2 * 23.2));
    expect(outcome).toMatchObject({
      chunks: 4,
      calls: 4,
      failed: 0,
      writes: 1 + 2 * 4 + 4 * 2,
      reads: 3 + 4 * (4 + 2),
    });
  });

  test("what is more than the share of a call comes again behind the others", () => {
    // Two calls of 6 s for each chunk, with half a second between them: 1.5 s to 14 s.
    const outcome = run({ callTokens: 500, consumers: 4 });
    expect(outcome.calls).toBe(8);
    expect(outcome.almostAll).toBeCloseTo(14);
    expect(outcome.seconds).toBeCloseTo(15.5);
    expect(outcome.cpuSeconds).toBeCloseTo(40);
  });

  test("the second consumer begins when the number of consumers has doubled", () => {
    // The first takes chunk after chunk from 1.5 s; the second comes at 21.5 s and takes one of the last two.
    const outcome = run({ rampDoubles: 20 });
    expect(outcome.almostAll).toBeCloseTo(1.5 + 20 + 11.6);
    expect(outcome.seconds).toBeCloseTo(40.5);
  });

  test("slow machines and new isolates add their time to every call", () => {
    const outcome = run({ stragglers: 1, stragglerFactor: 3, newIsolates: 1, load: 2, consumers: 4 });
    expect(outcome.cpuSeconds).toBeCloseTo(120);
    expect(outcome.seconds).toBeCloseTo(40.5); // done at 1.5 + 30 + 2 + 1.6 = 35.1
  });
});

describe("a job is answered", () => {
  test("never later with more consumers", () => {
    for (const callTokens of [Number.POSITIVE_INFINITY, 500]) {
      const seconds = [1, 2, 3, 5, 8, 50, 250].map(
        (consumers) => run({ lines: 20_000, callTokens, consumers }).seconds,
      );
      expect(seconds).toEqual(seconds.toSorted((a, b) => b - a));
      expect(seconds.at(-1)).toBeLessThan(0.05 * (seconds[0] as number));
    }
  });

  test("later with more lines, and the work is that of its lines", () => {
    const outcomes = [1e4, 1e5, 1e6, 1e7, 1e8].map((lines) => ({
      lines,
      ...simulate(worldOf(lines), seededRandom(1)),
    }));
    const seconds = outcomes.map((outcome) => outcome.seconds);
    expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
    for (const { lines, cpuSeconds } of outcomes) {
      const { tokensPerLine, cpuPerToken } = worldOf(lines);
      const least = lines * tokensPerLine * cpuPerToken;
      expect(cpuSeconds).toBeGreaterThanOrEqual(0.999 * least);
      expect(cpuSeconds).toBeLessThan(1.3 * least);
    }
  });

  test("with all of its rows whatever fails, after more calls and more time", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const whole = run({ lines: 2_000 }, seed);
      const disturbed = run({ lines: 2_000, failures: 0.4 }, seed);
      expect(disturbed.failed).toBeGreaterThan(0);
      expect(disturbed.calls).toBe(whole.calls + disturbed.failed);
      expect(disturbed.seconds).toBeGreaterThan(whole.seconds);
      expect(disturbed.cpuSeconds).toBeGreaterThan(whole.cpuSeconds);
    }
  });
});

test.each([
  [1e6, "consumers at once"],
  [1e8, "twice the consumers"],
])("what a job of %d lines gains the most from is: %s", (lines, limit) => {
  const durations = Object.entries(WITHOUT).map(
    ([name, change]) => [name, simulate(change(worldOf(lines)), seededRandom(1)).seconds] as const,
  );
  const [first] = durations.toSorted(([, a], [, b]) => a - b);
  expect(first?.[0]).toBe(limit);
});
