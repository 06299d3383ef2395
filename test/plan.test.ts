import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { describe, expect, it } from "vitest";
import { readBundleFolder } from "../scripts/bundle_folder.ts";
import { Refusal } from "../scripts/lib/refusal.ts";
import { planIsolates } from "../scripts/plan/plan_isolates.ts";
import { wranglerConfigs } from "../scripts/plan/wrangler_configs.ts";
import { planFor } from "../scripts/plan.ts";
import type { Manifest } from "../src/bundle/manifest.ts";

const MB = 2 ** 20;
const { manifest: mini } = await readBundleFolder("models/bertweet-mini");

/** A manifest of BERTweet-base's sizes, a shard a layer. */
function base(layers = 12, hidden_size = 768): Manifest {
  const numbers = [...Array(layers).keys()];
  const weights = 12 * hidden_size ** 2;
  return {
    ...mini,
    id: "base",
    architecture: {
      ...mini.architecture,
      layers,
      hidden_size,
      ffn_size: 4 * hidden_size,
      heads: hidden_size / 64,
      vocab_size: 64_001,
    },
    encoder: numbers.map((layer) => ({ graph: `${layer}.onnx`, weights: `${layer}.bin`, layers: 1 })),
    tensors: { ...mini.tensors, words: { file: "words.bin", offset: 0, dtype: "int8", shape: [64_001, hidden_size] } },
    files: {
      ...mini.files,
      ...Object.fromEntries(numbers.map((layer) => [`${layer}.bin`, { bytes: weights, sha256: "0".repeat(64) }])),
    },
  };
}

describe("planIsolates", () => {
  it("gives a model that fits one isolate, with all its words", () => {
    const { isolates, residentWords } = planIsolates(mini, "simd", 110 * MB);
    expect(isolates.map(({ range }) => range)).toEqual([{ first: 0, end: 6 }]);
    expect(residentWords).toBe(mini.architecture.vocab_size);
  });

  it("does not cut before the last exit", () => {
    const withExits = { ...base(), tasks: { sentiment: mini.tasks.sentiment } } as Manifest; // after layers 2 and 3
    const ends = [45, 50, 55, 60, 65, 70, 75, 80, 90, 100].flatMap((mb) => {
      try {
        return [planIsolates(withExits, "simd", mb * MB).isolates[0].range.end];
      } catch (error) {
        if (error instanceof Refusal) return [];
        throw error;
      }
    });
    expect(ends.length).toBeGreaterThan(0);
    expect(Math.min(...ends)).toBeGreaterThanOrEqual(3);
  });

  it("needs less for weights in int4: BERTweet-base in one isolate with all its words", () => {
    const { tensors } = base();
    const place = { file: "words.bin", offset: 0, shape: [64_001, 768] };
    const int4Words: Manifest = { ...base(), tensors: { ...tensors, words: { ...place, dtype: "int4", group: 32 } } };
    const both: Manifest = { ...int4Words, ffn_weights: { bits: 4, group: 32 } };
    const int4Ffn: Manifest = { ...base(), ffn_weights: { bits: 4, group: 32 } };
    const plans = [base(), int4Words, int4Ffn, both].map((manifest) => planIsolates(manifest, "simd", 128 * MB));
    expect(plans.map(({ isolates }) => isolates.length)).toEqual([1, 1, 1, 1]);
    const [int8, word, ffn, all] = plans.map(({ residentWords }) => residentWords) as [number, number, number, number];
    // A row of int4 takes 432 of 768 bytes, and a whole layer's matrices almost 3 MB less.
    expect(word / int8).toBeCloseTo(768 / 432, 2);
    expect(ffn).toBeGreaterThan(int8);
    expect(all).toBe(64_001);
    const wanted = planIsolates(both, "simd", 256 * MB).isolates[0].bytes;
    expect(wanted).toBeLessThan(planIsolates(base(), "simd", 256 * MB).isolates[0].bytes - 44 * 10 ** 6);
  });

  it("refuses int4 layers in ONNX Runtime", () => {
    const manifest: Manifest = { ...base(), ffn_weights: { bits: 4, group: 32 } };
    expect(() => planIsolates(manifest, "ort", 110 * MB)).toThrow('which ENGINE = "simd" runs alone');
  });

  it("leaves rare words in the bucket before it takes a second isolate", () => {
    const { isolates, residentWords } = planIsolates(base(), "simd", 128 * MB);
    expect(isolates).toHaveLength(1);
    expect(residentWords).toBeGreaterThan(64_001 / 16);
    expect(residentWords).toBeLessThan(64_001);
  });

  it.each([
    ["ort", 12, 768],
    ["simd", 24, 1024],
    ["ort", 24, 1024],
  ])("spreads %s over isolates of which none exceeds the budget: %i layers of %i", (engine, layers, hidden) => {
    const { isolates } = planIsolates(base(layers, hidden), engine, 110 * MB);
    expect(isolates.length).toBeGreaterThan(1);
    for (const { bytes } of isolates) expect(bytes).toBeLessThanOrEqual(110 * MB);
    const ends = isolates.map(({ range }) => range.end);
    expect(isolates.map(({ range }) => range.first)).toEqual([0, ...ends.slice(0, -1)]);
    expect(ends.at(-1)).toBe(layers);
  });

  it("counts attention's scores over long texts in ONNX Runtime, before and after softmax", () => {
    const long = { ...base(), architecture: { ...base().architecture, max_tokens: 512 } };
    const [short, more] = [base(), long].map((manifest) => planIsolates(manifest, "ort", 256 * MB).isolates[0].bytes);
    expect((more ?? 0) - (short ?? 0)).toBeGreaterThan(2 * 12 * (512 ** 2 - 128 ** 2) * 4);
  });

  it("refuses a budget that a single layer exceeds", () => {
    expect(() => planIsolates(base(24, 1024), "ort", 30 * MB)).toThrow(Refusal);
  });

  it("refuses options that are none", () => {
    const options = { engine: "auto", "budget-mb": "110" };
    expect(planFor(mini, options).isolates).toHaveLength(1);
    for (const wrong of [{ "budget-mb": "many" }, { "budget-mb": "0" }, { "budget-mb": "1" }, { engine: "onnx" }])
      expect(() => planFor(mini, { ...options, ...wrong })).toThrow(Refusal);
  });

  it("does not cut a shard", () => {
    const twos = base();
    twos.encoder = [0, 2, 4, 6, 8, 10].map((layer) => ({ graph: "g", weights: `${layer}.bin`, layers: 2 }));
    const starts = planIsolates(twos, "simd", 90 * MB).isolates.map(({ range }) => range.first % 2);
    expect(starts.length).toBeGreaterThan(1);
    expect(new Set(starts)).toEqual(new Set([0]));
  });
});

describe("wranglerConfigs", () => {
  const workers = wranglerConfigs(planIsolates(base(), "ort", 110 * MB), "base", ".", "dist/plan/base");

  it("binds each Worker to the one behind it", () => {
    const names = workers.map(({ name }) => name);
    expect(workers.map(({ config }) => config.services?.[0]?.service)).toEqual([...names.slice(1), undefined]);
    expect(new Set(names).size).toBe(workers.length);
  });

  it("builds the assets in the project's folder, wherever wrangler is started", () => {
    expect(workers[0]?.config.build?.cwd).toBe(process.cwd());
  });

  it("names the replaced modules by paths that hold in any folder", () => {
    for (const { config } of workers) {
      const paths = Object.values(config.alias ?? {});
      expect(paths).toHaveLength(1);
      for (const path of paths) expect(isAbsolute(path) && existsSync(path)).toBe(true);
    }
  });

  it("lets only the first one answer HTTP", () => {
    const [first, ...others] = workers.map(({ config }) => config);
    expect(first).toMatchObject({ main: "../../../src/index.ts", vars: { MODEL: "base", ENGINE: "ort" } });
    for (const other of others)
      expect(other).toMatchObject({ workers_dev: false, main: "../../../src/encoder-stage.ts" });
  });
});
