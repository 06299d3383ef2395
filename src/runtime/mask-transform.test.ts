import { describe, expect, it } from "vitest";
import { openTensors } from "../bundle/tensors.ts";
import { createMaskTransform, gelu } from "./mask-transform.ts";

describe("gelu", () => {
  // Made by torch.nn.functional.gelu in double precision.
  it.each([
    [-3, -0.004049694095],
    [-0.5, -0.154268769385],
    [0, 0],
    [1, 0.841344746069],
    [2.5, 2.484475836687],
  ])("of %d is the exact form's", (x, expected) => {
    expect(gelu(x)).toBeCloseTo(expected, 6);
  });
});

describe("createMaskTransform", () => {
  const names = { weight: "weight", bias: "bias", norm_weight: "norm.weight", norm_bias: "norm.bias" };
  const values = Float32Array.of(...[0, 2, 1, 0], ...[0.5, -1], ...[3, 5], ...[0.25, -0.25]);
  const place = (offset: number, ...shape: number[]) => ({
    file: "heads.bin",
    offset: offset * 4,
    dtype: "float32" as const,
    shape,
  });
  const tensors = openTensors(
    {
      tensors: {
        weight: place(0, 2, 2),
        bias: place(4, 2),
        "norm.weight": place(6, 2),
        "norm.bias": place(8, 2),
      },
    },
    new Map([["heads.bin", values.buffer]]),
  );

  it("is the dense layer, GELU and the LayerNorm, in this order", () => {
    const [first, second] = createMaskTransform(tensors, { transform: names }, 1e-5)(Float32Array.of(2, 1));
    const [a, b] = [gelu(2 * 1 + 0.5), gelu(2 - 1)];
    const deviation = Math.sqrt(((a - b) / 2) ** 2 + 1e-5);
    expect(first).toBeCloseTo((3 * (a - b)) / 2 / deviation + 0.25, 5);
    expect(second).toBeCloseTo((5 * (b - a)) / 2 / deviation - 0.25, 5);
  });

  it("leaves states as they are for a task without one", () => {
    const state = Float32Array.of(2, 1);
    expect(createMaskTransform(tensors, {}, 1e-5)(state)).toBe(state);
  });
});
