import { describe, expect, it } from "vitest";
import type { ClassificationTask } from "../bundle/manifest.ts";
import { openTensors } from "../bundle/tensors.ts";
import { type ExitsAsked, exitLogits, watchExits } from "./exits.ts";

const SIZE = 2;
/** Two tokens. */
const STATES = Float32Array.of(1, 0, 0, 2);

/** With one query of zeros the mean is [0.5, 1]; `dense` takes both parts of it, and the labels are it and its negative. */
const NUMBERS = {
  queries: [0, 0],
  "dense.weight": [1, 0, 0, 1],
  "dense.bias": [0, 0],
  "output.weight": [2, 2, -2, -2],
  "output.bias": [0, 0],
};

const floats = Object.values(NUMBERS).flat();
let offset = 0;
const places = Object.entries(NUMBERS).map(([name, values]) => {
  const place = { dtype: "float32" as const, file: "exits.bin", offset, shape: [values.length] };
  offset += 4 * values.length;
  return [name, place] as const;
});
const tensors = openTensors(
  { tensors: Object.fromEntries(places) },
  new Map([["exits.bin", Float32Array.from(floats).buffer]]),
);

const exitAt = (layer: number, threshold: number) => ({
  layer,
  threshold,
  queries: "queries",
  dense: { weight: "dense.weight", bias: "dense.bias" },
  output: { weight: "output.weight", bias: "output.bias" },
  temperature: 1,
});
const taskWith = (...exits: ReturnType<typeof exitAt>[]) => ({ kind: "classification", exits }) as ClassificationTask;
const open = (asked: ExitsAsked) => watchExits(tensors, SIZE, asked);
const SURE = 1 / (1 + Math.exp(-6));

describe("an exit", () => {
  const dense = { weight: Float32Array.of(1, 0, 0, 0, 0, 0, 0, 1), bias: Float32Array.of(0, -10) };
  const output = { weight: Float32Array.of(1, 1, 3, 0), bias: Float32Array.of(0, 0.5) };

  it("reads the mean of each query through a layer without negative values", () => {
    const queries = Float32Array.of(0, 0, 0, 50);
    const [first, second] = exitLogits(STATES, SIZE, { queries, dense, output });
    expect(first).toBeCloseTo(0.5, 5);
    expect(second).toBeCloseTo(2, 5);
  });

  it("gives the states most weight that are like its query", () => {
    const far = { ...dense, bias: Float32Array.of(0, 0) };
    const [first] = exitLogits(STATES, SIZE, { queries: Float32Array.of(50, 0, 0, 50), dense: far, output });
    expect(first).toBeCloseTo(1 + 2, 5);
  });
});

describe("a pass with exits", () => {
  it("looks nowhere if no task has an exit", () => {
    expect(open({ tasks: [taskWith()], end: true }).watch).toBeUndefined();
  });

  it("is answered by the first exit that is sure, and ends there", () => {
    const task = taskWith(exitAt(1, SURE + 1e-6), exitAt(2, SURE - 1e-6), exitAt(3, 0));
    const { watch, answers } = open({ tasks: [task], end: true });
    expect([...(watch?.layers ?? [])]).toEqual([1, 2, 3]);
    expect(watch?.see(1, STATES)).toBe(false);
    expect(answers.size).toBe(0);
    expect(watch?.see(2, STATES)).toBe(true);
    expect(answers.get(task)).toEqual({ layer: 2, logits: Float32Array.of(3, -3), temperature: 1 });
  });

  it("goes on if something else is wanted, and the answer stays that of the first exit", () => {
    const task = taskWith(exitAt(1, 0), exitAt(2, 0));
    const { watch, answers } = open({ tasks: [task], end: false });
    expect(watch?.see(1, STATES)).toBe(false);
    expect(watch?.see(2, new Float32Array(4))).toBe(false);
    expect(answers.get(task)?.layer).toBe(1);
  });

  it("goes on until every task is answered", () => {
    const tasks = [taskWith(exitAt(1, 0)), taskWith(exitAt(2, 0))];
    const { watch, answers } = open({ tasks, end: true });
    expect(watch?.see(1, STATES)).toBe(false);
    expect(watch?.see(2, STATES)).toBe(true);
    expect(tasks.map((task) => answers.get(task)?.layer)).toEqual([1, 2]);
    const other = open({ tasks: [taskWith(exitAt(1, 0)), taskWith()], end: true });
    expect(other.watch?.see(1, STATES)).toBe(false);
  });
});
