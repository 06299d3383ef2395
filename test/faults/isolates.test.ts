import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readBundleFolder } from "../../scripts/bundle_folder.ts";
import type { Plan } from "../../scripts/plan/plan_isolates.ts";
import { wranglerConfigs } from "../../scripts/plan/wrangler_configs.ts";
import { seed } from "../../scripts/seed.ts";
import { blobKey } from "../../src/bundle/keys.ts";
import type { LayerRange } from "../../src/runtime/stage.ts";
import { startService } from "../integration/service.ts";
import { point, putVersion } from "./rollout.ts";
import { startFaultyIsolates } from "./service.ts";

/** Random weights in three shards of a layer each, made by scripts/training/random_checkpoint.py and scripts/training/convert.py. */
const FOLDER = "test/fixtures/three-shards";
const { manifest } = await readBundleFolder(FOLDER);

const TEXTS = ["a", "Off to Berlin with @anna 😀", "so it goes ".repeat(30), "x ".repeat(62)];

function startIsolates(
  engine: string,
  ranges: [LayerRange, ...LayerRange[]],
  { id, folder } = { id: manifest.id, folder: FOLDER },
) {
  const [first, ...behind] = ranges.map((range) => ({ range, bytes: 0 }));
  const plan: Plan = {
    engine,
    budget: 110 * 2 ** 20,
    residentWords: 64,
    isolates: [first as { range: LayerRange; bytes: number }, ...behind],
  };
  const workers = wranglerConfigs(plan, id, ".", ".").map(({ config }) => ({ config }));
  const service = startService({ seeded: false, workers: workers as never });
  beforeAll(async () => {
    await seed(await service.bucket(), folder);
  });
  return {
    ...service,
    answer: async () => (await service.post("/v1/ner", { texts: TEXTS, truncation: "window" })).json(),
  };
}

const WHOLE: [LayerRange] = [{ first: 0, end: 3 }];
const PARTS: [LayerRange, ...LayerRange[]] = [
  { first: 0, end: 1 },
  { first: 1, end: 2 },
  { first: 2, end: 3 },
];

describe.each(["simd", "ort"])("three layers in %s", (engine) => {
  const whole = startIsolates(engine, WHOLE);

  test("tag a text in one isolate", async () => {
    expect(await whole.answer()).toMatchObject({ results: TEXTS.map(() => ({ words: expect.anything() })) });
  });

  describe("in three isolates", () => {
    const { answer, get, bucket } = startIsolates(engine, PARTS);
    const weights = blobKey(manifest.files[manifest.encoder[2]?.weights as string]?.sha256 as string);

    test("are not ready while the last isolate can't load its layer, name the file, and then answer as one isolate does", async () => {
      await (await bucket()).delete(weights);
      const response = await get("/readyz");
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({
        detail: expect.stringMatching(/^The layers from 1 on .*The bucket lacks the file encoder-2\.bin\.$/),
      });
      await (await bucket()).put(weights, await readFile(join(FOLDER, manifest.encoder[2]?.weights as string)));
      await expect.poll(async () => (await get("/readyz")).status, { timeout: 20_000 }).toBe(200);
      expect(await answer()).toEqual(await whole.answer());
    });

    test("answer many requests at once", async () => {
      await expect.poll(async () => (await get("/readyz")).status, { timeout: 20_000 }).toBe(200);
      const responses = await Promise.all(TEXTS.map((text) => get(`/v1/ner?text=${encodeURIComponent(text)}`)));
      expect(responses.map(({ status }) => status)).toEqual(TEXTS.map(() => 200));
    });
  });
});

describe("isolates whose layers don't follow each other", () => {
  const { get } = startIsolates("simd", [
    { first: 0, end: 1 },
    { first: 2, end: 3 },
  ]);
  test("refuse to answer", async () => {
    expect((await get("/readyz")).status).toBe(503);
  });
});

describe("isolates between which a shard of six layers would be cut", () => {
  const ranges: [LayerRange, LayerRange] = [
    { first: 0, end: 4 },
    { first: 4, end: 6 },
  ];
  const { get } = startIsolates("simd", ranges, { id: "bertweet-mini", folder: "models/bertweet-mini" });
  test("refuse to answer, and say why", async () => {
    const response = await get("/readyz");
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      detail: "A shard of the model holds layers 0 to 5 and can't be cut.",
    });
  });
});

describe("a stage behind a binding", () => {
  const isolates = PARTS.map((range) => ({ range, bytes: 0 })) as unknown as Plan["isolates"];
  const plan: Plan = { engine: "simd", budget: 110 * 2 ** 20, residentWords: 64, isolates };
  const service = startFaultyIsolates(wranglerConfigs(plan, manifest.id, ".", "."));
  const [front, , last] = service.isolates as [Isolate, Isolate, Isolate];
  const weights = blobKey(manifest.files[manifest.encoder[2]?.weights as string]?.sha256 as string);
  type Isolate = (typeof service.isolates)[number];

  test("holds two versions, so that a rollout forth and back loads each once", async () => {
    const bucket = await service.bucket();
    const { version } = await seed(bucket, FOLDER);
    const next = await putVersion(bucket, (m) => (m.description = "the next one"), manifest);
    const answering = async () =>
      ((await (await service.get("/readyz")).json()) as { model: { version: string } }).model.version;
    for (const [turn, wanted] of [version, next, version, next].entries()) {
      await point(bucket, { version: wanted }, manifest.id);
      await front.shiftClock(61_000);
      await expect.poll(answering, { timeout: 20_000 }).toBe(wanted);
      expect((await service.get(`/v1/ner?text=turn%20${turn}`)).status).toBe(200); // no answer from a cache
    }
    expect((await last.faults.counts())[weights]?.calls).toBe(2);
  });

  test("tells which file it lacks", async () => {
    const bucket = await service.bucket();
    const broken = await putVersion(bucket, (m) => (m.files["encoder-2.bin"].sha256 = "0".repeat(64)), manifest);
    await point(bucket, { version: broken }, manifest.id);
    await front.shiftClock(61_000);
    const reason = async () =>
      ((await (await service.get("/readyz")).json()) as { wanted?: { reason: string } }).wanted?.reason;
    await expect.poll(reason, { timeout: 20_000 }).toMatch(/The bucket lacks the file encoder-2\.bin\.$/);
  });
});
