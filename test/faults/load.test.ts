import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Fault } from "./fault.ts";
import { keyOf, startFaulty } from "./service.ts";

const path = "/v1/sentiment?text=is%20anybody%20there";
const NO_STORE = { headers: { "Cache-Control": "no-store" } };

/** Longer than any pause after a failed load. */
const PAUSE_MS = 120_000;

/** How often a model was loaded. Reads don't tell: an isolate reads its files once more, to keep copies of them. */
const loadsIn = (logs: readonly { message: string }[]) =>
  logs.filter(({ message }) => message.includes('"model-loaded"')).length;

const statuses = (responses: { status: number }[]) => responses.map(({ status }) => status);

describe("an isolate without a model", () => {
  const { get, logs, faults, shiftClock } = startFaulty();
  afterEach(async () => {
    await faults.clear();
    await shiftClock(PAUSE_MS);
  });

  async function expectUnavailable(reason: RegExp) {
    const response = await get(path);
    expect(response.status).toBe(503);
    expect(response.headers.get("Retry-After")).toMatch(/^[1-9]\d*$/);
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    const problem = await response.json();
    expect(problem).toMatchObject({ type: "/problems/model-unavailable", detail: expect.stringMatching(reason) });
  }

  test.each<[string, Fault["kind"], RegExp]>([
    ["pointer", "missing", /holds no model "bertweet-mini"/],
    ["pointer", "empty", /names no version/],
    ["pointer", "throwing", /pointer of model "bertweet-mini" could not be read/],
    ["pointer", "hanging", /pointer of model "bertweet-mini" could not be read within 2000 ms/],
    ["manifest.json", "missing", /lacks the file manifest\.json/],
    ["manifest.json", "flipped", /manifest\.json .* is damaged/],
    ["encoder.bin", "missing", /lacks the file encoder\.bin/],
    ["encoder.bin", "flipped", /encoder\.bin is damaged/],
    ["encoder.bin", "doubled", /encoder\.bin is damaged/],
    ["heads.bin", "truncated", /heads\.bin is damaged/],
    ["tokenizer.bin", "reset", /tokenizer\.bin could not be read/],
    ["words.bin", "hanging", /words\.bin could not be read within 5000 ms/],
  ])("is unavailable with its %s %s, says so and stays up", async (name, kind, reason) => {
    await faults.set({ key: keyOf(name), kind } as Fault);
    await expectUnavailable(reason);
    expect((await get("/healthz")).status).toBe(200);
    expect((await get("/readyz")).status).toBe(503);
  });

  test("gives up a body that stops in the middle", async () => {
    await faults.set({ key: keyOf("encoder.bin"), kind: "hanging", afterBytes: 1_000_000 });
    await expectUnavailable(/encoder\.bin could not be read within 5000 ms/);
  });

  test("reads a broken bundle once, whatever asks for it, and writes what is wrong into the log, but no text", async () => {
    await faults.set({ key: keyOf("heads.bin"), kind: "missing" });
    await faults.resetCounts();
    const responses = [];
    for (let turn = 0; turn < 40; turn++) responses.push(await get("/readyz"), await get(`${path}${turn}`));
    expect(new Set(statuses(responses))).toEqual(new Set([503]));
    expect(Number(responses.at(-1)?.headers.get("Retry-After"))).toBeGreaterThan(0);
    const counts = await faults.counts();
    // The pause grows from one second, and the loop takes a few.
    expect(counts[keyOf("encoder.bin")]?.calls).toBeLessThanOrEqual(4);
    const logged = JSON.stringify(logs());
    expect(logged).toContain("version-refused");
    expect(logged).toContain("heads.bin");
    expect(logged).not.toContain("anybody");
  });

  test("answers once the files are right", async () => {
    expect((await get(path)).status).toBe(200);
  });
});

describe("a fresh isolate beside one that answered", () => {
  const first = startFaulty();
  const fresh = startFaulty();

  test("answers 304 without a model", async () => {
    const etag = (await first.get(path)).headers.get("ETag") as string;
    expect(etag).toMatch(/^"/);
    await fresh.faults.set({ key: keyOf("encoder.bin"), kind: "missing" });
    expect((await fresh.get(path, { headers: { "If-None-Match": etag } })).status).toBe(304);
    expect((await fresh.get(path)).status).toBe(503);
  });
});

describe("a load of several seconds", () => {
  const { get, logs, faults } = startFaulty({ vars: { ENGINE: "simd" } });

  test("is not started again by those who wait, and ends", async () => {
    await faults.set({ key: keyOf("encoder.bin"), kind: "slow", bytesPerSecond: 1_350_000 }); // 8 s for its 11 MB
    const first = get(path);
    await sleep(200);
    const others = await Promise.all(["a", "b", "c", "d"].map((text) => get(`/v1/irony?text=${text}`)));
    for (const response of others) {
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({ detail: "The model is still being loaded." });
    }
    expect((await first).status).toBe(200);
    expect((await get("/readyz")).status).toBe(200);
    expect(loadsIn(logs())).toBe(1);
  });
});

describe("a client that leaves in the middle of the load it began", () => {
  const { get, logs, faults } = startFaulty();

  test("leaves the load to those who came meanwhile", async () => {
    await faults.set({ key: keyOf("encoder.bin"), kind: "slow", bytesPerSecond: 11_000_000 });
    const leaving = new AbortController();
    const left = get(path, { signal: leaving.signal }).then(
      () => "answered",
      () => "left",
    );
    await sleep(300);
    const waiting = [get(`${path}?`), get(`${path}!`), get("/readyz")];
    leaving.abort();
    expect(await left).toBe("left");
    expect(statuses(await Promise.all(waiting))).toEqual([200, 200, 200]);
    expect(loadsIn(logs())).toBe(1);
  });
});

describe("an isolate whose word table follows its first answer", () => {
  const { get, logs, faults, shiftClock } = startFaulty({ vars: { ENGINE: "simd" } });
  const timing = async (word: string) =>
    (await get(`/v1/irony?text=${word}`, NO_STORE)).headers.get("Server-Timing") as string;

  test("fetches rows while the table can't be read, and goes on with it once it can", async () => {
    await faults.set({ key: keyOf("words.bin"), kind: "slow", delayMs: 700 });
    expect(await timing("xylophone")).toContain("rows fetched");
    await faults.set({ key: keyOf("words.bin"), kind: "throwing" });
    await expect.poll(() => JSON.stringify(logs())).toContain("words-missing");
    await faults.clear();
    expect(await timing("marzipan")).toContain("rows fetched");
    await shiftClock(PAUSE_MS);
    const words = ["quartz", "kelp", "tundra", "lichen", "gourd", "sphinx", "obelisk", "yurt", "zither"];
    await expect.poll(() => timing(words.pop() as string), { interval: 500, timeout: 5_000 }).not.toContain("fetched");
  });
});

describe("an isolate with a model", () => {
  const { get, faults, shiftClock, logs } = startFaulty({ vars: { RESIDENT_WORDS: "64" } });
  beforeEach(async () => {
    await faults.clear();
    await shiftClock(PAUSE_MS);
    expect((await get(path)).status).toBe(200);
    expect((await get("/readyz")).status).toBe(200);
  });

  test.each<Fault["kind"]>(["throwing", "hanging", "missing"])(
    "answers all the same when its bucket is %s",
    async (kind) => {
      await faults.set({ key: "", kind } as Fault);
      for (let hour = 0; hour < 3; hour++) {
        await shiftClock(3_600_000);
        expect((await get(path)).status).toBe(200);
        expect((await get(path, NO_STORE)).status).toBe(200);
        expect((await get("/readyz")).status).toBe(200);
        await sleep(50);
      }
      const refreshes = JSON.stringify(logs()).match(/refresh-failed/g) ?? [];
      expect(refreshes.length).toBeGreaterThan(0);
    },
  );

  test("reads an old pointer once for fifty requests", async () => {
    await shiftClock(3_600_000);
    await faults.resetCounts();
    const responses = await Promise.all(Array.from({ length: 50 }, () => get(path)));
    expect(new Set(statuses(responses))).toEqual(new Set([200]));
    await expect.poll(async () => (await faults.counts())[keyOf("pointer")]?.calls).toBe(1);
  });

  test.each<Fault["kind"]>(["throwing", "hanging", "missing", "truncated"])(
    "answers 503 to a text with a rare word while the word table is %s",
    async (kind) => {
      await faults.set({ key: keyOf("words.bin"), kind } as Fault);
      const response = await get(`/v1/irony?text=xylophone%20marmalade%20${kind}`);
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({
        type: "/problems/model-unavailable",
        detail: expect.stringContaining("words.bin"),
      });
      await faults.clear();
      expect((await get(`/v1/irony?text=xylophone%20marmalade%20${kind}`)).status).toBe(200);
    },
  );
});

describe("an isolate that has answered and has no model", () => {
  const { get, logs, faults } = startFaulty({ vars: { QUEUE_LIMIT_MS: "60000" } });

  test("loads it once, however slowly, for requests that come together", async () => {
    await faults.resetCounts();
    const responses = await Promise.all(Array.from({ length: 20 }, (_, n) => get(`/v1/irony?text=together%20${n}`)));
    expect(new Set(statuses(responses))).toEqual(new Set([200]));
    expect((await faults.counts())[keyOf("pointer")]?.calls).toBe(1);
    expect(loadsIn(logs())).toBe(1);
  });
});
