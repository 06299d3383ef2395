import { describe, expect, it } from "vitest";
import { BundleError } from "../bundle/bundle-error.ts";
import type { Manifest } from "../bundle/manifest.ts";
import { checkVariables, encoderSettings, engineOf, memoryBudget, modelIds, modelSettings } from "./settings.ts";
import type { NextStage } from "./stage.ts";

const manifest = { architecture: { layers: 6, vocab_size: 1000 } } as Manifest;
const NEXT_STAGE: NextStage = { open: async () => {}, run: async () => new Float32Array() };
const misconfigured = expect.objectContaining({ failure: expect.objectContaining({ kind: "misconfigured" }) });

const env = { MODEL: "a", ENGINE: "", MEMORY_BUDGET_MB: "110", LAYERS: "", RESIDENT_WORDS: "", QUEUE_LIMIT_MS: "2000" };

describe("modelSettings", () => {
  it("runs all layers in ONNX Runtime and keeps all words when nothing is said", () => {
    const range = { first: 0, end: 6 };
    expect(modelSettings(env, manifest)).toEqual({ engine: "ort", range, next: undefined, residentWords: 1000 });
  });

  it("reads LAYERS with both ends inside", () => {
    const { range, next } = encoderSettings({ ...env, LAYERS: "0-3", NEXT_STAGE }, manifest);
    expect(range).toEqual({ first: 0, end: 4 });
    expect(next).toBe(NEXT_STAGE);
  });

  it("refuses layers that nobody runs, or that two run", () => {
    expect(() => encoderSettings({ ...env, LAYERS: "0-3" }, manifest)).toThrow(misconfigured);
    expect(() => encoderSettings({ ...env, LAYERS: "2-5", NEXT_STAGE }, manifest)).toThrow(misconfigured);
  });

  it.each(["4", "3-2", "0-6", "a-b", "-1-2", "0-2 "])("refuses the layers %j", (LAYERS) => {
    expect(() => encoderSettings({ ...env, LAYERS, NEXT_STAGE }, manifest)).toThrow(misconfigured);
  });

  it("refuses int4 layers in ONNX Runtime", () => {
    const int4 = { ...manifest, ffn_weights: { bits: 4, group: 32 } } as const;
    expect(() => encoderSettings({ ...env, ENGINE: "ort" }, int4)).toThrow(BundleError);
    expect(encoderSettings({ ...env, ENGINE: "simd" }, int4).engine).toBe("simd");
  });

  it("reads how many words stay in memory, and refuses what is no count", () => {
    expect(modelSettings({ ...env, RESIDENT_WORDS: "64" }, manifest).residentWords).toBe(64);
    expect(() => modelSettings({ ...env, RESIDENT_WORDS: "many" }, manifest)).toThrow(misconfigured);
  });
});

describe("engineOf", () => {
  it("takes ENGINE before the manifest's engine before ONNX Runtime", () => {
    expect(engineOf({ ENGINE: "ort" }, { engine: "simd" })).toBe("ort");
    expect(engineOf({ ENGINE: "" }, { engine: "simd" })).toBe("simd");
    expect(engineOf({ ENGINE: "" }, {})).toBe("ort");
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
