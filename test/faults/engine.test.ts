import { describe, expect, test } from "vitest";
import { readBundleFolder } from "../../scripts/bundle_folder.ts";
import { type PlannedWorker, wranglerConfigs } from "../../scripts/plan/wrangler_configs.ts";
import { seed } from "../../scripts/seed.ts";
import type { LogEvent } from "../../src/log.ts";
import { startService } from "../integration/service.ts";
import { point, putVersion, version } from "./rollout.ts";
import { startFaulty, workerWith } from "./service.ts";

type Line<E extends LogEvent["event"]> = Extract<LogEvent, { event: E }>;
type Service = Pick<ReturnType<typeof startService>, "get" | "logs">;

const THREE_SHARDS = "test/fixtures/three-shards";
const { manifest: threeShards } = await readBundleFolder(THREE_SHARDS);

function linesOf<E extends LogEvent["event"]>({ logs }: Service, event: E): Line<E>[] {
  const lines = logs().map(({ message }) => JSON.parse(message) as LogEvent);
  return lines.filter((line): line is Line<E> => line.event === event);
}

/** An answer's bytes and ETag. */
async function ask({ get }: Service, text = "so it goes", model = "bertweet-mini") {
  const task = model === "bertweet-mini" ? "sentiment" : "ner";
  const response = await get(`/v1/${task}?model=${model}&text=${encodeURIComponent(text)}`);
  return { status: response.status, etag: response.headers.get("ETag"), body: await response.text() };
}

const simd = startService({ seeded: true, vars: { ENGINE: "simd" } });
const ort = startService({ seeded: true, vars: { ENGINE: "ort" } });

describe("the default", () => {
  const service = startService({ seeded: true });

  test("is the engine of our own for bertweet-mini, by its answers and their ETags", async () => {
    expect(await ask(service)).toEqual(await ask(simd));
    expect((await ask(service)).etag).not.toBe((await ask(ort)).etag);
    expect(linesOf(service, "model-loaded").map(({ engine }) => engine)).toEqual(["simd"]);
    expect(await (await service.get("/readyz")).json()).toMatchObject({ status: "ready", engine: "simd" });
  });

  test("says once which engine runs, and why", async () => {
    for (const text of ["one", "two", "three"]) expect((await ask(service, text)).status).toBe(200);
    const reason = "It knows the model's graph.";
    expect(linesOf(service, "engine-chosen")).toEqual([
      { event: "engine-chosen", model: "bertweet-mini", version, engine: "simd", reason },
    ]);
  });
});

test("an engine that ENGINE names is said too", async () => {
  await ask(ort);
  expect(linesOf(ort, "engine-chosen")).toMatchObject([{ engine: "ort", reason: "ENGINE names it." }]);
});

describe("a runtime in which the engine of our own can't start", () => {
  const service = startService({ seeded: true, workers: [workerWith("test/faults/no_simd_worker.ts")] });

  test("answers by ONNX Runtime, under its ETags", async () => {
    expect(await ask(service)).toEqual(await ask(ort));
    expect(await (await service.get("/readyz")).json()).toMatchObject({ status: "ready", engine: "ort" });
    expect(linesOf(service, "engine-chosen")).toMatchObject([
      { engine: "ort", reason: "The engine simd can't start here." },
    ]);
    expect(linesOf(service, "model-loaded").map(({ engine }) => engine)).toEqual(["ort"]);
  });
});

describe("the same with ENGINE = simd", () => {
  const workers = [workerWith("test/faults/no_simd_worker.ts", { ENGINE: "simd" })];
  const service = startService({ seeded: true, workers });

  test("answers 503: nobody asked for another engine", async () => {
    expect((await ask(service)).status).toBe(503);
  });
});

describe("versions and models of one service", () => {
  const service = startFaulty({ vars: { MODEL: `bertweet-mini,${threeShards.id}` } });

  test("have each the engine that fits them", async () => {
    const bucket = await service.bucket();
    await seed(bucket, THREE_SHARDS);
    const first = await ask(service);
    const named = await putVersion(bucket, (m) => (m.engine = "ort"));
    const other = await putVersion(bucket, (m) => (m.engine = "ort"), threeShards);
    await point(bucket, { version: other }, threeShards.id);
    expect((await ask(service, "Off to Berlin", threeShards.id)).status).toBe(200);

    await point(bucket, { version: named });
    await service.shiftClock(61_000);
    await expect.poll(async () => (await ask(service)).etag, { timeout: 20_000 }).not.toBe(first.etag);
    expect(linesOf(service, "engine-chosen").map(({ version: of, engine }) => [of, engine])).toEqual([
      [version, "simd"],
      [other, "ort"],
      [named, "ort"],
    ]);
  });
});

describe("stages that would run by two engines", () => {
  const isolates = [0, 1, 2].map((first) => ({ range: { first, end: first + 1 }, bytes: 0 }));
  const plan = { engine: "simd", budget: 110 * 2 ** 20, residentWords: 64, isolates } as never;
  const [front, middle, last] = wranglerConfigs(plan, threeShards.id, ".", ".") as [
    PlannedWorker,
    PlannedWorker,
    PlannedWorker,
  ];
  const byOrt = { ...last.config, vars: { ...last.config.vars, ENGINE: "ort" } };
  const workers = [front.config, middle.config, byOrt].map((config) => ({ config }));
  const service = startService({ seeded: false, workers: workers as never });

  test("refuse to answer: an answer's ETag names one engine", async () => {
    await seed(await service.bucket(), THREE_SHARDS);
    const response = await service.get("/readyz");
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      detail: expect.stringMatching(/They run by ort, and those before them by simd\.$/),
    });
  });
});
