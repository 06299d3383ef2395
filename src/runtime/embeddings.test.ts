import { describe, expect, it } from "vitest";
import { createEmbeddings } from "./embeddings.ts";
import { int8Rows } from "./word-rows.ts";

/** A table of two words. */
const table = [Int8Array.of(127, -127, 0, 0), Int8Array.of(10, 20, 30, 40)];

const embedRows = createEmbeddings({
  words: int8Rows(4, Float32Array.of(0.5, 0.1)),
  positions: Float32Array.of(0, 0, 0, 0, 1, -1, 1, -1, 0, 0, 0, 0),
  normWeight: Float32Array.of(1, 1, 1, 2),
  normBias: Float32Array.of(0, 0, 0, 0.5),
  hiddenSize: 4,
  epsilon: 1e-12,
});

/** @param ids of words of the table */
function embed(...ids: number[]): Float32Array {
  const rows = Int8Array.from(ids.flatMap((id) => [...(table[id] as Int8Array)]));
  return embedRows(Int32Array.from(ids), rows);
}

function expectClose(got: Float32Array, wanted: number[]) {
  expect(got).toHaveLength(wanted.length);
  wanted.forEach((value, i) => {
    expect(got[i]).toBeCloseTo(value, 5);
  });
}

describe("createEmbeddings", () => {
  it("normalizes a dequantized row, then scales and shifts it", () => {
    // 63.5, -63.5, 0, 0: mean 0, variance 63.5^2 / 2
    expectClose(embed(0), [Math.SQRT2, -Math.SQRT2, 0, 0.5]);
  });

  it("adds each token's own position before the norm", () => {
    // 1, 2, 3, 4 plus 1, -1, 1, -1: 2, 1, 4, 3 with mean 2.5 and variance 1.25
    const deviation = Math.sqrt(1.25);
    const second = [-0.5 / deviation, -1.5 / deviation, 1.5 / deviation, (2 * 0.5) / deviation + 0.5];
    expectClose(embed(0, 1).subarray(4), second);
  });

  it("refuses more ids than there are positions", () => {
    expect(embed(0, 0, 0)).toHaveLength(12);
    expect(() => embed(0, 0, 0, 0)).toThrow("4 ids, but only 3 positions.");
  });
});
