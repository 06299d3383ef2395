import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { RequestFailure } from "../../errors.ts";
import { FLIGHT_BEAT_MS } from "../../limits.ts";
import { shareInFlight } from "./in-flight.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A request whose client can leave. */
function requester() {
  const client = new AbortController();
  const kept: Promise<unknown>[] = [];
  return {
    leave: () => client.abort(),
    kept,
    signal: client.signal,
    waitUntil: (promise: Promise<unknown>) => void kept.push(promise),
  };
}

/** A computation that the test finishes. It knows whether its answer is still wanted. */
function computation() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let asks: (() => boolean) | undefined;
  return {
    resolve,
    reject,
    isWanted: () => asks?.(),
    compute: vi.fn((isWanted: () => boolean) => {
      asks = isWanted;
      return promise;
    }),
  };
}

const never = () => expect.fail("It is computed once more.");

describe("requests that ask the same at the same time", () => {
  test("share one computation, and only the first has computed it", async () => {
    const { compute, resolve } = computation();
    const first = shareInFlight("same", requester(), compute);
    const others = [1, 2].map(() => shareInFlight("same", requester(), never));
    resolve("answer");
    expect(await first).toEqual({ body: "answer", own: true });
    expect(await Promise.all(others)).toEqual(Array(2).fill({ body: "answer", own: false }));
    expect(compute).toHaveBeenCalledTimes(1);
  });

  test("wait for a computation for as long as its request is alive", async () => {
    const { compute, resolve } = computation();
    const first = shareInFlight("long", requester(), compute);
    const second = shareInFlight("long", requester(), never);
    await vi.advanceTimersByTimeAsync(20 * FLIGHT_BEAT_MS);
    resolve("late");
    expect(await second).toEqual({ body: "late", own: false });
    await first;
  });

  test("share a failure of the question", async () => {
    const { compute, reject } = computation();
    const asked = [shareInFlight("wrong", requester(), compute), shareInFlight("wrong", requester(), never)];
    const failed = Promise.all(
      asked.map((each) => expect(each).rejects.toMatchObject({ failure: { kind: "no-mask" } })),
    );
    reject(new RequestFailure({ kind: "no-mask" }));
    await failed;
  });

  test.each([
    ["that the first client has left", new RequestFailure({ kind: "client-left" })],
    ["any other failure of the first request", new Error("cancelled")],
  ])("do not share %s: each computes for itself", async (_, failure) => {
    const { compute, reject } = computation();
    const first = expect(shareInFlight("left", requester(), compute)).rejects.toBe(failure);
    const second = shareInFlight("left", requester(), async () => "own");
    reject(failure);
    await first;
    expect(await second).toEqual({ body: "own", own: true });
  });

  test("compute the answer themselves if the first request is cancelled without notice", async () => {
    const { compute } = computation();
    const silent = vi.spyOn(globalThis, "setInterval").mockReturnValueOnce(0 as never); // workerd stops the timers of a cancelled request
    void shareInFlight("silent", requester(), compute);
    silent.mockRestore();
    const second = shareInFlight("silent", requester(), async () => "own");
    await vi.advanceTimersByTimeAsync(3 * FLIGHT_BEAT_MS);
    expect(await Promise.race([second, "still waits"])).toBe("still waits");
    await vi.advanceTimersByTimeAsync(FLIGHT_BEAT_MS);
    expect(await second).toEqual({ body: "own", own: true });
  });
});

test("questions that differ, or come later, are computed apart", async () => {
  const answer = (key: string, body: string) => shareInFlight(key, requester(), async () => body);
  expect(await Promise.all([answer("a", "1"), answer("b", "2")])).toEqual([
    { body: "1", own: true },
    { body: "2", own: true },
  ]);
  expect(await answer("a", "3")).toEqual({ body: "3", own: true });
});

describe("a computation", () => {
  test("is wanted until the last client that waits for it has left", async () => {
    const [first, second] = [requester(), requester()];
    const { compute, resolve, isWanted } = computation();
    const asked = [shareInFlight("wanted", first, compute), shareInFlight("wanted", second, never)];
    expect(isWanted()).toBe(true);
    first.leave();
    expect(isWanted()).toBe(true);
    second.leave();
    expect(isWanted()).toBe(false);
    resolve("");
    await Promise.all(asked);
  });

  test("keeps its request alive once, and only if another request waits", async () => {
    const first = requester();
    const { compute, resolve, isWanted } = computation();
    const asked = [shareInFlight("kept", first, compute)];
    isWanted();
    expect(first.kept).toHaveLength(0);
    asked.push(shareInFlight("kept", requester(), never));
    isWanted();
    isWanted();
    expect(first.kept).toHaveLength(1);
    resolve("");
    await Promise.all([...asked, ...first.kept]);
  });

  test("is not wanted by a client that has left before it began", async () => {
    const gone = requester();
    gone.leave();
    const { compute, resolve, isWanted } = computation();
    const asked = shareInFlight("gone", gone, compute);
    expect(isWanted()).toBe(false);
    resolve("");
    await asked;
  });
});
