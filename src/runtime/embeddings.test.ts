import { describe, expect, it } from "vitest";
import { createEmbeddings } from "./embeddings.ts";

const embed = createEmbeddings({
  words: Int8Array.of(127, -127, 0, 0, 10, 20, 30, 40),
  scales: Float32Array.of(0.5, 0.1),
  positions: Float32Array.of(0, 0, 0, 0, 1, -1, 1, -1, 0, 0, 0, 0),
  normWeight: Float32Array.of(1, 1, 1, 2),
  normBias: Float32Array.of(0, 0, 0, 0.5),
  hiddenSize: 4,
  epsilon: 1e-12,
});

function expectClose(got: Float32Array, wanted: number[]) {
  expect(got).toHaveLength(wanted.length);
  wanted.forEach((value, i) => {
    expect(got[i]).toBeCloseTo(value, 5);
  });
}

describe("createEmbeddings", () => {
  it("normalizes a dequantized row, then scales and shifts it", () => {
    // 63.5, -63.5, 0, 0: mean 0, variance 63.5^2 / 2
    expectClose(embed(Int32Array.of(0)), [Math.SQRT2, -Math.SQRT2, 0, 0.5]);
  });

  it("adds each token's own position before the norm", () => {
    // 1, 2, 3, 4 plus 1, -1, 1, -1: 2, 1, 4, 3 with mean 2.5 and variance 1.25
    const deviation = Math.sqrt(1.25);
    const second = [-0.5 / deviation, -1.5 / deviation, 1.5 / deviation, (2 * 0.5) / deviation + 0.5];
    expectClose(embed(Int32Array.of(0, 1)).subarray(4), second);
  });

  it("refuses an id outside the vocabulary", () => {
    expect(() => embed(Int32Array.of(2))).toThrow(RangeError);
    expect(() => embed(Int32Array.of(-1))).toThrow(RangeError);
  });

  it("refuses more ids than there are positions", () => {
    expect(embed(Int32Array.of(0, 0, 0))).toHaveLength(12);
    expect(() => embed(Int32Array.of(0, 0, 0, 0))).toThrow("4 ids, but only 3 positions.");
  });
});
