import { expect, test, vi } from "vitest";
import { RequestFailure } from "../../errors.ts";
import { createLoads, type Load } from "./loads.ts";

const host = { waitUntil: () => {} };

/** A load that the test finishes. */
function pending(version: string, bytes = 1) {
  let [end, fail] = [(_: string) => {}, (_: Error) => {}];
  const load = vi.fn(
    () =>
      new Promise<string>((resolve, reject) => {
        [end, fail] = [resolve, reject];
      }),
  );
  const what: Load<string> = { version, id: "mini", bytes, load };
  return { what, load, end: () => end(version), fail: (error: Error) => fail(error) };
}

const loaded = (version: string, bytes = 1): Load<string> => ({
  version,
  id: "mini",
  bytes,
  load: async () => version,
});

async function failureOf(promise: Promise<unknown>): Promise<RequestFailure["failure"]> {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(RequestFailure);
  return (error as RequestFailure).failure;
}

test("callers at the same time share one load, and later ones its value", async () => {
  const loads = createLoads<string>(10, 4);
  const { what, load, end } = pending("a");
  const both = [loads.get(what, host), loads.get(what, host)];
  end();
  expect(await Promise.all(both)).toEqual(["a", "a"]);
  expect(await loads.get(what, host)).toBe("a");
  expect(load).toHaveBeenCalledTimes(1);
});

test("a waiting request gives up after its time limit and starts no load of its own", async () => {
  vi.useFakeTimers();
  const loads = createLoads<string>(10, 4);
  const { what, load, end } = pending("a");
  const first = loads.get(what, host);
  const waiter = failureOf(loads.get(what, host));
  await vi.advanceTimersByTimeAsync(5_001);
  expect(await waiter).toMatchObject({ kind: "model-unavailable", reason: "The model is still being loaded." });
  end();
  expect(await first).toBe("a");
  expect(load).toHaveBeenCalledTimes(1);
  vi.useRealTimers();
});

test("after a failure no load starts until the pause is over, and the failure says how long that is", async () => {
  vi.useFakeTimers();
  const loads = createLoads<string>(10, 4);
  const { what, load, fail } = pending("a");
  const first = failureOf(loads.get(what, host));
  fail(new Error("R2 is away"));
  expect(await first).toMatchObject({ retryAfterSeconds: 1 });
  expect(await failureOf(loads.get(what, host))).toMatchObject({ retryAfterSeconds: 1 });
  expect(load).toHaveBeenCalledTimes(1);
  vi.setSystemTime(Date.now() + 1_001);
  void loads.get(what, host).catch(() => {});
  expect(load).toHaveBeenCalledTimes(2);
  vi.useRealTimers();
});

test("what was used least recently makes room", async () => {
  const loads = createLoads<string>(10, 4);
  await loads.get(loaded("a", 5), host);
  await loads.get(loaded("b", 5), host);
  await loads.get(loaded("a", 5), host);
  await loads.get(loaded("c", 5), host);
  expect(loads.list().map(({ version }) => version)).toEqual(["c", "a"]);
});

test("no more values are held than are asked for", async () => {
  const loads = createLoads<string>(10, 2);
  for (const version of ["a", "b", "c"]) await loads.get(loaded(version), host);
  expect(loads.list()).toHaveLength(2);
});

test("a load that failed holds no place", async () => {
  const loads = createLoads<string>(10, 4);
  const { what, fail } = pending("a");
  const failed = failureOf(loads.get(what, host));
  fail(new Error("R2 is away"));
  await failed;
  expect(loads.list()).toEqual([]);
  expect(loads.failure("a")).toBeInstanceOf(Error);
});

test("two loads that don't fit together run one after the other", async () => {
  const loads = createLoads<string>(10, 4);
  const [a, b] = [pending("a", 6), pending("b", 6)];
  const first = loads.get(a.what, host);
  const second = loads.get(b.what, host);
  await Promise.resolve();
  expect(b.load).not.toHaveBeenCalled();
  a.end();
  await first;
  await vi.waitFor(() => expect(b.load).toHaveBeenCalled());
  b.end();
  expect(await second).toBe("b");
  expect(loads.list().map(({ version }) => version)).toEqual(["b"]);
});
