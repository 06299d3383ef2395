import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { readBundleFolder } from "../../scripts/bundle_folder.ts";
import { wranglerConfigs } from "../../scripts/plan/wrangler_configs.ts";
import { seed } from "../../scripts/seed.ts";
import { startService } from "../integration/service.ts";
import type { Fault, Read } from "./fault.ts";
import type { Seen } from "./probe_worker.ts";
import { controlOf, keyOf, startFaulty, startFaultyIsolates, workerWith } from "./service.ts";

/** Random weights in three shards of a layer each. */
const FOLDER = "test/fixtures/three-shards";
const { manifest } = await readBundleFolder(FOLDER);

const BYTES = [10, 11, 12, 13, 14, 15, 16, 17];

describe("a bucket with faults in front of it", () => {
  const { get, post, bucket } = startService({ seeded: false, workers: [workerWith("test/faults/probe_worker.ts")] });
  const { faults, shiftClock } = controlOf((orders) => post("/__faults", orders));
  const look = async (read: Read = "get", key = "a/file", limit = 5_000) =>
    (await (await get(`/?key=${key}&read=${read}&limit=${limit}`)).json()) as Seen;

  beforeAll(async () => {
    for (const key of ["a/file", "a/other"]) await (await bucket()).put(key, new Uint8Array(BYTES));
  });
  afterEach(async () => void (await faults.clear()));

  test("is the bucket itself where there are none", async () => {
    expect(await look()).toMatchObject({ found: true, size: 8, bytes: BYTES });
    expect(await look("range")).toMatchObject({ found: true, bytes: [12, 13, 14, 15] });
    expect(await look("head")).toMatchObject({ found: true, size: 8 });
  });

  test.each<[string, Partial<Fault> & { kind: Fault["kind"] }, Partial<Seen>]>([
    ["has no object", { kind: "missing" }, { found: false }],
    ["has an object without bytes", { kind: "empty" }, { size: 0, bytes: [] }],
    ["gives its bytes twice", { kind: "doubled" }, { size: 16, bytes: [...BYTES, ...BYTES] }],
    ["flips one bit", { kind: "flipped" }, { bytes: [10, 11, 12, 13, 15, 15, 16, 17] }],
    ["flips one bit of the first byte", { kind: "flipped", afterBytes: 0 }, { bytes: [11, ...BYTES.slice(1)] }],
    ["ends early", { kind: "truncated" }, { size: 8, bytes: BYTES.slice(0, 4) }],
    ["ends after some bytes", { kind: "truncated", afterBytes: 7 }, { bytes: BYTES.slice(0, 7) }],
    ["throws", { kind: "throwing" }, { error: expect.stringContaining("internal error") }],
    ["throws in the middle", { kind: "reset" }, { error: expect.stringContaining("reset") }],
    ["is slow and complete", { kind: "slow", delayMs: 20, bytesPerSecond: 800 }, { found: true, bytes: BYTES }],
  ])("%s", async (_, fault, seen) => {
    await faults.set({ ...fault, key: "a/file" } as Fault);
    expect(await look()).toMatchObject(seen);
  });

  test.each<[string, Partial<Fault> & { kind: Fault["kind"] }]>([
    ["the call never settles", { kind: "hanging" }],
    ["the body stops in the middle", { kind: "hanging", afterBytes: 4 }],
    ["the call is late", { kind: "slow", delayMs: 400 }],
    ["the bytes come slowly", { kind: "slow", bytesPerSecond: 20 }],
  ])("%s", async (_, fault) => {
    await faults.set({ ...fault, key: "a/file" } as Fault);
    expect(await look("get", "a/file", 200)).toMatchObject({ late: true });
  });

  test.each<[string, Partial<Fault> & { kind: Fault["kind"] }, Partial<Seen>]>([
    ["flipped", { kind: "flipped" }, { bytes: [12, 13, 15, 15] }],
    ["cut", { kind: "truncated" }, { bytes: [12, 13] }],
    ["empty", { kind: "empty" }, { bytes: [] }],
    ["broken off", { kind: "reset" }, { error: expect.stringContaining("reset") }],
  ])("a range is %s as a whole object is", async (_, fault, seen) => {
    await faults.set({ ...fault, key: "a/file" } as Fault);
    expect(await look("range")).toMatchObject(seen);
  });

  test("a fault is met by the reads and keys that it names, and for as many calls", async () => {
    await faults.set(
      { key: "a/f", kind: "missing", reads: ["head"] },
      { key: "a/", kind: "throwing", reads: ["get"], calls: 2 },
    );
    expect(await look("head")).toMatchObject({ found: false });
    expect(await look("head", "a/other")).toMatchObject({ found: true });
    expect(await look("range")).toMatchObject({ found: true });
    for (const key of ["a/file", "a/other"]) expect(await look("get", key)).toHaveProperty("error");
    expect(await look()).toMatchObject({ bytes: BYTES });
  });

  test("reads are counted with the bytes that they ask for, until the count starts anew", async () => {
    await faults.resetCounts();
    await look();
    await look("range");
    await look("head", "a/other");
    const counts = { "a/file": { calls: 2, bytes: 12 }, "a/other": { calls: 1, bytes: 0 } };
    expect(await faults.counts()).toEqual(counts);
    expect(await faults.resetCounts()).toEqual(counts);
    expect(await faults.counts()).toEqual({});
  });

  test("the clock can be moved forward", async () => {
    const { now: before } = await look();
    await shiftClock(3_600_000);
    const { now: after } = await look();
    for (const [index, ms] of after.entries()) expect(ms - (before[index] ?? 0)).toBeGreaterThanOrEqual(3_600_000);
  });
});

describe("the service behind the faults", () => {
  const { get, faults } = startFaulty();

  test("lacks a file that a fault hides", async () => {
    await faults.set({ key: keyOf("heads.bin"), kind: "missing" });
    expect((await get("/v1/sentiment?text=hello")).status).toBe(503);
    await faults.clear();
    await faults.resetCounts();
  });

  test("answers once it is gone, and its reads are seen", async () => {
    await expect.poll(async () => (await get("/v1/sentiment?text=hello")).status, { timeout: 30_000 }).toBe(200);
    expect(await faults.counts()).toHaveProperty([keyOf("heads.bin"), "calls"], 1);
  });
});

describe("a stage of the encoder behind the faults", () => {
  const ranges = [0, 1, 2].map((layer) => ({ range: { first: layer, end: layer + 1 }, bytes: 0 }));
  const isolates = ranges as [(typeof ranges)[0], ...typeof ranges];
  const plan = { engine: "simd", budget: 110 * 2 ** 20, residentWords: 64, isolates };
  const service = startFaultyIsolates(wranglerConfigs(plan, manifest.id, ".", "."));
  const { faults } = service.isolates[2] as (typeof service.isolates)[0];
  beforeAll(async () => void (await seed(await service.bucket(), FOLDER)));

  test("meets those of its own isolate alone", async () => {
    await faults.set({ key: "blobs/", kind: "throwing" });
    expect((await service.get("/readyz")).status).toBe(503);
    expect(Object.keys(await faults.counts())).not.toEqual([]);
  });

  test("loads once they are cleared", async () => {
    await faults.clear();
    await expect.poll(async () => (await service.get("/readyz")).status, { timeout: 30_000 }).toBe(200);
  });
});
