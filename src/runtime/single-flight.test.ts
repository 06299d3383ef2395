import { expect, test, vi } from "vitest";
import { LoadTimeout, singleFlight } from "./single-flight.ts";

const limits = { loadMs: 50, waitMs: 20 };
const waitUntil = () => {};

test("callers at the same time share one load, and later ones its value", async () => {
  const load = vi.fn(async () => ({}));
  const get = singleFlight(load, limits);
  const [first, second] = await Promise.all([get(waitUntil), get(waitUntil)]);
  expect(first).toBe(second);
  expect(await get(waitUntil)).toBe(first);
  expect(load).toHaveBeenCalledTimes(1);
});

test("a failure reaches everybody who waited and is not remembered", async () => {
  const load = vi.fn(async () => "loaded").mockRejectedValueOnce(new Error("R2 is away"));
  const get = singleFlight(load, limits);
  const outcomes = await Promise.allSettled([get(waitUntil), get(waitUntil)]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await get(waitUntil)).toBe("loaded");
});

test("a load that never ends is given up and tried again", async () => {
  const load = vi.fn(async () => "loaded").mockReturnValueOnce(new Promise(() => {}));
  const get = singleFlight(load, limits);
  await expect(get(waitUntil)).rejects.toBeInstanceOf(LoadTimeout);
  expect(await get(waitUntil)).toBe("loaded");
});

test("a waiter whose load died with another request starts one of its own", async () => {
  const load = vi.fn(async () => "loaded").mockReturnValueOnce(new Promise(() => {}));
  const get = singleFlight(load, { loadMs: 60_000, waitMs: 20 });
  void get(waitUntil);
  expect(await get(waitUntil)).toBe("loaded");
  expect(load).toHaveBeenCalledTimes(2);
});

test("two such waiters share the new load", async () => {
  const load = vi.fn(async () => "loaded").mockReturnValueOnce(new Promise(() => {}));
  const get = singleFlight(load, { loadMs: 60_000, waitMs: 20 });
  void get(waitUntil);
  expect(await Promise.all([get(waitUntil), get(waitUntil)])).toEqual(["loaded", "loaded"]);
  expect(load).toHaveBeenCalledTimes(2);
});

test("the load outlives its caller by way of waitUntil, which never sees a rejection", async () => {
  const kept: Promise<unknown>[] = [];
  const get = singleFlight(() => Promise.reject(new Error("R2 is away")), limits);
  await expect(get((promise) => kept.push(promise))).rejects.toThrow("R2 is away");
  expect(kept).toHaveLength(1);
  await expect(kept[0]).resolves.toBeUndefined();
});
