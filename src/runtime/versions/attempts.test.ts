import { expect, test, vi } from "vitest";
import { BundleError } from "../../bundle/bundle-error.ts";
import { createAttempts } from "./attempts.ts";

const host = { waitUntil: () => {} };
const never = () => new Promise<string>(() => {});

function start(limitMs = 20) {
  return createAttempts<string>({ what: "The work", limitMs, pause: { first: 1_000, most: 60_000 } });
}

test("a run is running until it settles, and its success ends all pauses", async () => {
  const attempts = start();
  const run = attempts.start(host, async () => "done");
  expect(attempts.running()).toBe(run);
  expect(await run).toBe("done");
  expect(attempts.running()).toBeUndefined();
  expect(attempts.pauseMs()).toBe(0);
  expect(attempts.failure()).toBeUndefined();
});

test("a failure is told, remembered, and followed by a pause", async () => {
  const attempts = start();
  const told = vi.fn();
  const error = new Error("R2 is away");
  await expect(attempts.start(host, () => Promise.reject(error), told)).rejects.toBe(error);
  expect(attempts.failure()).toBe(error);
  expect(attempts.pauseMs()).toBeGreaterThan(700);
  expect(told).toHaveBeenCalledWith(error, expect.any(Number));
});

test("a run that takes too long fails", async () => {
  const attempts = start();
  await expect(attempts.start(host, never)).rejects.toThrow("The work took more than 20 ms.");
  expect(attempts.pauseMs()).toBeGreaterThan(0);
});

test("a run whose request has ended counts as failed after its time limit, even if it never settles", () => {
  vi.useFakeTimers();
  const attempts = start(5_000);
  void attempts.start(host, never).catch(() => {});
  vi.setSystemTime(Date.now() + 4_000); // moves the clock without firing timers
  expect(attempts.running()).toBeDefined();
  vi.setSystemTime(Date.now() + 2_000);
  expect(attempts.running()).toBeUndefined();
  expect(attempts.failure()).toBeInstanceOf(BundleError);
  vi.useRealTimers();
});

test("a run that counts as failed changes nothing when it ends later", async () => {
  vi.useFakeTimers();
  const attempts = start(5_000);
  let end = (_: string) => {};
  const late = attempts.start(host, () => new Promise((resolve) => (end = resolve)));
  vi.setSystemTime(Date.now() + 6_000);
  expect(attempts.running()).toBeUndefined();
  end("late");
  expect(await late).toBe("late");
  expect(attempts.failure()).toBeInstanceOf(BundleError);
  vi.useRealTimers();
});

test("waitUntil keeps a run alive after its caller, and never gets a rejection", async () => {
  const kept: Promise<unknown>[] = [];
  const error = new Error("R2 is away");
  const run = start().start({ waitUntil: (promise) => void kept.push(promise) }, () => Promise.reject(error));
  await expect(run).rejects.toBe(error);
  await expect(kept[0]).resolves.toBeUndefined();
});
