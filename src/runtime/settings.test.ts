import { describe, expect, it } from "vitest";
import { BundleError } from "../bundle/bundle-error.ts";
import type { Manifest } from "../bundle/manifest.ts";
import { checkVariables, chooseEngine, encoderSettings, memoryBudget, modelIds, modelSettings } from "./settings.ts";
import type { NextStage } from "./stage.ts";

const manifest = { architecture: { layers: 6, vocab_size: 1000 }, tasks: {} } as unknown as Manifest;
/** Like bertweet-mini, but smaller. */
const SIZES = {
  vocab_size: 1000,
  hidden_size: 64,
  layers: 6,
  heads: 4,
  ffn_size: 128,
  max_tokens: 62,
  layer_norm_epsilon: 1e-5,
};
const NEXT_STAGE: NextStage = { open: async () => {}, run: async () => new Float32Array() };
const misconfigured = expect.objectContaining({ failure: expect.objectContaining({ kind: "misconfigured" }) });

const env = {
  MODEL: "a",
  ENGINE: "auto",
  MEMORY_BUDGET_MB: "110",
  LAYERS: "",
  RESIDENT_WORDS: "",
  QUEUE_LIMIT_MS: "2000",
};

describe("modelSettings", () => {
  it("runs all layers and keeps all words when nothing is said", () => {
    const range = { first: 0, end: 6 };
    expect(modelSettings(env, manifest, "simd")).toEqual({
      engine: "simd",
      range,
      next: undefined,
      residentWords: 1000,
    });
  });

  it("reads LAYERS with both ends inside", () => {
    const { range, next } = encoderSettings({ ...env, LAYERS: "0-3", NEXT_STAGE }, manifest, "simd");
    expect(range).toEqual({ first: 0, end: 4 });
    expect(next).toBe(NEXT_STAGE);
  });

  it("refuses layers that nobody runs, or that two run", () => {
    expect(() => encoderSettings({ ...env, LAYERS: "0-3" }, manifest, "simd")).toThrow(misconfigured);
    expect(() => encoderSettings({ ...env, LAYERS: "2-5", NEXT_STAGE }, manifest, "simd")).toThrow(misconfigured);
  });

  it.each(["4", "3-2", "0-6", "a-b", "-1-2", "0-2 "])("refuses the layers %j", (LAYERS) => {
    expect(() => encoderSettings({ ...env, LAYERS, NEXT_STAGE }, manifest, "simd")).toThrow(misconfigured);
  });

  it("refuses int4 layers in ONNX Runtime, and a whole graph in the engine of our own", () => {
    const int4 = { ...manifest, ffn_weights: { bits: 4, group: 32 } } as const;
    expect(() => encoderSettings(env, int4, "ort")).toThrow(BundleError);
    expect(encoderSettings(env, int4, "simd").engine).toBe("simd");
    const whole = { ...manifest, whole_graph: { inputs: ["input_ids" as const], output: "logits" as const } };
    expect(() => encoderSettings(env, whole, "simd")).toThrow(BundleError);
    expect(encoderSettings(env, whole, "ort").engine).toBe("ort");
  });

  it("refuses exits behind the layers of the first isolate, which would be taken by some deployments only", () => {
    const task = { kind: "classification", exits: [{ layer: 2 }, { layer: 3 }] };
    const exiting = { ...manifest, tasks: { sentiment: task, other: { kind: "tagging" } } } as unknown as Manifest;
    const settings = (LAYERS: string, engine: "simd" | "ort") =>
      encoderSettings({ ...env, LAYERS, ...(LAYERS.endsWith("5") ? {} : { NEXT_STAGE }) }, exiting, engine);
    expect(() => settings("0-1", "simd")).toThrow(BundleError);
    expect(() => settings("0-1", "simd")).toThrow(/after layer 3, and this isolate has 2 layers/);
    for (const [layers, engine] of [
      ["0-2", "simd"],
      ["0-1", "ort"],
      ["2-5", "simd"],
      ["0-5", "simd"],
    ] as const)
      expect(settings(layers, engine).engine).toBe(engine);
  });

  it("reads how many words stay in memory, and refuses a value that is not a count", () => {
    expect(modelSettings({ ...env, RESIDENT_WORDS: "64" }, manifest, "simd").residentWords).toBe(64);
    expect(() => modelSettings({ ...env, RESIDENT_WORDS: "many" }, manifest, "simd")).toThrow(misconfigured);
  });
});

describe("chooseEngine", () => {
  const architecture = { ...SIZES };
  const whole_graph = { inputs: ["input_ids" as const], output: "logits" as const };
  const starts = () => true;
  const asked = (): boolean => {
    throw new Error("nobody needs to know whether it starts");
  };

  it.each(["auto", ""])("by %j takes the engine of our own for a graph that it knows", (ENGINE) => {
    expect(chooseEngine({ ENGINE }, { architecture }, starts)).toEqual({
      engine: "simd",
      reason: "It knows the model's graph.",
    });
    expect(chooseEngine({ ENGINE }, { architecture, engine: "simd" }, starts).engine).toBe("simd");
    expect(chooseEngine({ ENGINE }, { architecture, ffn_weights: { bits: 4, group: 32 } }, starts).engine).toBe("simd");
  });

  it.each([
    ["a whole graph", { architecture, whole_graph }, /whole one/],
    ["a head size that its vectors don't divide", { architecture: { ...SIZES, hidden_size: 24 } }, /multiples of 16/],
    [
      "int4 in groups that don't fit",
      { architecture: { ...SIZES, ffn_size: 48 }, ffn_weights: { bits: 4, group: 32 } } as const,
      /for int4/,
    ],
    ["a manifest that says so", { architecture, engine: "ort" } as const, /manifest/],
  ])("by auto takes ONNX Runtime for %s, and says why", (_, manifest, reason) => {
    expect(chooseEngine({ ENGINE: "auto" }, manifest, asked)).toEqual({
      engine: "ort",
      reason: expect.stringMatching(reason),
    });
  });

  it("by auto takes ONNX Runtime where the engine of our own can't start", () => {
    expect(chooseEngine({ ENGINE: "auto" }, { architecture }, () => false)).toEqual({
      engine: "ort",
      reason: "The engine simd can't start here.",
    });
  });

  it("takes the engine that ENGINE names before all else", () => {
    expect(chooseEngine({ ENGINE: "ort" }, { architecture, engine: "simd" }, asked).engine).toBe("ort");
    expect(chooseEngine({ ENGINE: "simd" }, { architecture, engine: "ort" }, asked).engine).toBe("simd");
    expect(chooseEngine({ ENGINE: "simd" }, { architecture, whole_graph }, asked).engine).toBe("simd");
    expect(() => chooseEngine({ ENGINE: "SIMD" }, { architecture }, asked)).toThrow(misconfigured);
  });
});

it("modelIds takes the models between the commas", () => {
  expect(modelIds({ MODEL: "bertweet-mini, bertweet-base" })).toEqual(["bertweet-mini", "bertweet-base"]);
});

it("memoryBudget is in bytes, and refuses what is no number", () => {
  expect(memoryBudget({ MEMORY_BUDGET_MB: "2" })).toBe(2_097_152);
  expect(() => memoryBudget({ MEMORY_BUDGET_MB: "" })).toThrow(misconfigured);
});

describe("checkVariables", () => {
  it("takes those of wrangler.toml", () => {
    expect(() => checkVariables(env)).not.toThrow();
    expect(() => checkVariables({ ...env, LAYERS: "0-5", RESIDENT_WORDS: "64", ENGINE: "simd" })).not.toThrow();
  });

  it.each([
    ["MODEL", ""],
    ["MODEL", "bertweet-mini,"],
    ["ENGINE", "tensorflow"],
    ["MEMORY_BUDGET_MB", "110 MB"],
    ["LAYERS", "all"],
    ["RESIDENT_WORDS", "-1"],
    ["QUEUE_LIMIT_MS", "2 s"],
  ])("names the variable %s of %j", (name, value) => {
    const reason = expect.stringMatching(new RegExp(`^The variable ${name} must be `));
    const failure = expect.objectContaining({ failure: { kind: "misconfigured", reason } });
    expect(() => checkVariables({ ...env, [name]: value })).toThrow(failure);
  });
});
