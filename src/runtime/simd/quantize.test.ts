import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../test/simd/random.ts";
import * as reference from "../../../test/simd/reference.ts";
import { openWorkbench } from "../../../test/simd/workbench.ts";
import { GROUP } from "./assembly/group.ts";

function quantize(x: Float32Array, rows: number) {
  const bench = openWorkbench();
  const size = x.length / rows;
  const groups = Math.ceil(size / GROUP);
  const [target, ranges] = [bench.place(rows * size), bench.place(8 * rows * groups)];
  bench.kernels.quantizeRows(bench.put(x), target, ranges, rows, size);
  expect(bench.intact()).toBe(true);
  const pairs = bench.floats(ranges, 2 * rows * groups);
  return {
    q: [...bench.bytes(target, rows * size)],
    scales: [...pairs.filter((_, i) => i % 2 === 0)],
    lows: [...pairs.filter((_, i) => i % 2 === 1)],
  };
}

describe("quantizeRows", () => {
  it.each([1, 3, 127, 128])("rounds %i rows to the same steps as the reference", (rows) => {
    const random = createRandom(rows);
    for (const size of [16, 48, 144, 384]) {
      const x = random.floats(rows * size, 10 ** (rows % 5));
      expect(quantize(x, rows)).toEqual(reference.quantizeRows(x, rows, size));
    }
  });

  it("rounds any values to the reference's steps", () => {
    const value = fc.float({ min: -(2 ** 120), max: 2 ** 120, noNaN: true });
    const row = fc.array(fc.oneof(value, fc.constantFrom(0, -0, 1)), { minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), (rows) => {
        const x = Float32Array.from(rows.flat());
        for (const count of [1, rows.length]) {
          const [got, wanted] = [quantize(x, count), reference.quantizeRows(x, count, x.length / count)];
          // A zero may have either sign.
          expect({ ...got, lows: got.lows.map((low) => low + 0) }).toEqual({
            ...wanted,
            lows: wanted.lows.map((low) => low + 0),
          });
        }
      }),
    );
  });

  it("is off by half a step at most", () => {
    const x = createRandom(7).floats(5 * 64);
    const { q, scales, lows } = quantize(x, 5);
    for (const [i, value] of x.entries()) {
      const row = Math.floor(i / 64);
      const [scale, low] = [scales[row] ?? 0, lows[row] ?? 0];
      expect(Math.abs(scale * (q[i] ?? 0) + low - value)).toBeLessThanOrEqual(scale * 0.5001);
    }
  });

  it("keeps 0 exactly, wherever it lies between the extremes", () => {
    const x = createRandom(8)
      .floats(64)
      .map((value, i) => (i % 4 === 0 ? 0 : value + 1));
    const { q, scales, lows } = quantize(x, 1);
    const zeros = q.filter((_, i) => x[i] === 0);
    expect(zeros).toHaveLength(16);
    for (const step of zeros) expect(Math.fround((scales[0] ?? 1) * step) + (lows[0] ?? 1)).toBe(0);
  });

  it("has a scale for each group, so that an outlier affects only its own group", () => {
    const x = createRandom(9).floats(2 * GROUP);
    x[0] = 1000;
    const { scales } = quantize(x, 1);
    expect(scales[0]).toBeGreaterThan(7);
    expect(scales[1]).toBeLessThan(0.1);
  });

  it.each([
    [-2.5, 0],
    [1e30, 127],
  ])("keeps a constant row of %f at step %i", (value, step) => {
    const { q, scales, lows } = quantize(new Float32Array(16).fill(value), 1);
    expect(q).toEqual(new Array(16).fill(step));
    expect(((scales[0] ?? 0) * step + (lows[0] ?? 0)) / value).toBeCloseTo(1, 6);
  });

  it.each([0, -0, 1e-40])("takes a row of %f as zeros", (value) => {
    const { q, scales, lows } = quantize(new Float32Array(16).fill(value), 1);
    expect({ q, scales, low: Math.abs(lows[0] ?? 1) }).toEqual({ q: new Array(16).fill(0), scales: [0], low: 0 });
  });

  it.each([1e30, 1e-25])("scales a row of values around %f to 0..127", (size) => {
    const { q } = quantize(createRandom(3).floats(32, size), 1);
    expect([Math.min(...q), Math.max(...q)]).toEqual([0, 127]);
  });
});
