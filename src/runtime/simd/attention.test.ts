import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../test/simd/random.ts";
import * as reference from "../../../test/simd/reference.ts";
import { openWorkbench } from "../../../test/simd/workbench.ts";

function attend(qkv: Float32Array, tokens: number, heads: number, headSize: number, queries = tokens): Float32Array {
  const bench = openWorkbench();
  const padded = Math.ceil(tokens / 4) * 4;
  const length = queries * heads * headSize;
  const [keys, scores, context] = [
    bench.place(4 * headSize * padded),
    bench.place(4 * queries * padded),
    bench.place(4 * length),
  ];
  bench.kernels.attention(bench.put(qkv), keys, scores, context, queries, tokens, heads, headSize);
  expect(bench.intact()).toBe(true);
  return bench.floats(context, length);
}

function largestDifference(got: ArrayLike<number>, wanted: ArrayLike<number>): number {
  return Math.max(...Array.from(wanted, (value, i) => Math.abs(value - (got[i] ?? Number.NaN))));
}

describe("attention", () => {
  it.each([
    [1, 12, 32],
    [2, 3, 64],
    [3, 2, 32],
    [4, 2, 4],
    [5, 2, 12],
    [25, 12, 32],
    [127, 2, 32],
    [128, 2, 64],
  ])("of %i tokens, %i heads of %i agrees with the reference", (tokens, heads, headSize) => {
    const qkv = createRandom(tokens).floats(3 * tokens * heads * headSize, 1.5);
    const wanted = reference.attention(qkv, tokens, heads, headSize);
    expect(largestDifference(attend(qkv, tokens, heads, headSize), wanted)).toBeLessThan(1e-5);
  });

  const shape = fc.record({
    tokens: fc.integer({ min: 1, max: 21 }),
    heads: fc.integer({ min: 1, max: 3 }),
    headSize: fc.integer({ min: 1, max: 9 }).map((n) => 4 * n),
    seed: fc.nat(),
  });

  it("agrees with the reference for any shape", () => {
    fc.assert(
      fc.property(shape, ({ tokens, heads, headSize, seed }) => {
        const qkv = createRandom(seed).floats(3 * tokens * heads * headSize);
        const wanted = reference.attention(qkv, tokens, heads, headSize);
        expect(largestDifference(attend(qkv, tokens, heads, headSize), wanted)).toBeLessThan(1e-5);
      }),
    );
  });

  it("gives the first queries the bits that they have among all", () => {
    fc.assert(
      fc.property(shape, fc.nat(), ({ tokens, heads, headSize, seed }, number) => {
        const queries = 1 + (number % tokens);
        const qkv = createRandom(seed).floats(3 * tokens * heads * headSize);
        const all = attend(qkv, tokens, heads, headSize);
        const wanted = all.slice(0, queries * heads * headSize);
        expect(attend(qkv, tokens, heads, headSize, queries)).toEqual(wanted);
      }),
    );
  });

  it.each([1e15, 1e-15])("stays finite with values around %f", (size) => {
    const qkv = createRandom(5).floats(3 * 7 * 16, size);
    const got = attend(qkv, 7, 2, 8);
    expect(largestDifference(got, reference.attention(qkv, 7, 2, 8)) / size).toBeLessThan(1e-5);
  });

  it("is the mean of the values where all keys are alike", () => {
    const qkv = new Float32Array(6 * 3 * 8);
    for (let token = 0; token < 6; token++) qkv.fill(token, token * 24 + 16, token * 24 + 24);
    for (const value of attend(qkv, 6, 1, 8)) expect(value).toBeCloseTo(2.5, 6);
  });

  it("takes one token's value as it is", () => {
    const qkv = createRandom(9).floats(3 * 32);
    expect(attend(qkv, 1, 1, 32)).toEqual(qkv.slice(64));
  });
});
