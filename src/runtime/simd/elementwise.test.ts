import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../test/simd/random.ts";
import * as reference from "../../../test/simd/reference.ts";
import { openWorkbench } from "../../../test/simd/workbench.ts";

function gelu(x: Float32Array, scale: Float32Array): Float32Array {
  const bench = openWorkbench();
  const pointer = bench.put(x);
  bench.kernels.gelu(pointer, bench.put(scale), x.length / scale.length, scale.length);
  expect(bench.intact()).toBe(true);
  return bench.floats(pointer, x.length);
}

describe("gelu", () => {
  it("is within a millionth of its input from -30 to 30", () => {
    const x = Float32Array.from({ length: 6004 }, (_, i) => (i - 3002) / 100);
    const got = gelu(x, new Float32Array(4).fill(1));
    for (const [i, value] of x.entries())
      expect(Math.abs((got[i] ?? Number.NaN) - reference.gelu(value))).toBeLessThanOrEqual(1e-6 * Math.abs(value));
  });

  it("has an error within a millionth of its input, or within float32's precision, for any input", () => {
    const value = fc.float({ min: -(2 ** 100), max: 2 ** 100, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 4, maxLength: 4 }), (values) => {
        const got = gelu(Float32Array.from(values), new Float32Array(4).fill(1));
        for (const [i, x] of values.entries())
          expect(Math.abs((got[i] ?? Number.NaN) - reference.gelu(x))).toBeLessThan(1e-6 * Math.abs(x) + 2 ** -126);
      }),
    );
  });

  it("multiplies each column by its factor", () => {
    const x = createRandom(1).floats(3 * 8);
    const scale = Float32Array.of(1, 2, 4, 0.5, 0.25, 8, 1, 16);
    const plain = gelu(x, new Float32Array(8).fill(1));
    expect(gelu(x, scale)).toEqual(plain.map((y, i) => y * (scale[i % 8] ?? 0)));
  });

  it("ends in 0 on the left and in x on the right, however large x is", () => {
    const x = Float32Array.of(-1e30, -100, -0, 0, 1e-30, 100, 1e10, 1e30);
    const got = gelu(x, new Float32Array(8).fill(1));
    for (const i of [0, 1, 2, 3]) expect(Math.abs(got[i] ?? 1)).toBeLessThan(1e-7);
    expect(got[4]).toBeCloseTo(5e-31, 36);
    expect([...got.subarray(5)]).toEqual([...x.subarray(5)]);
  });
});

function addNormalize(
  x: Float32Array,
  residual: Float32Array,
  scale: Float32Array,
  norm: reference.Norm,
  epsilon: number,
) {
  const bench = openWorkbench();
  const size = scale.length;
  const output = bench.put(residual);
  const [weight, bias] = [bench.put(Float32Array.from(norm.weight)), bench.put(Float32Array.from(norm.bias))];
  const rows = x.length / size;
  bench.kernels.addNormalize(bench.put(x), output, bench.put(scale), weight, bias, output, epsilon, rows, size);
  expect(bench.intact()).toBe(true);
  return bench.floats(output, x.length);
}

describe("addNormalize", () => {
  it.each([
    [1, 4, 1],
    [3, 48, 1e-20],
    [127, 384, 1],
    [128, 768, 1e6],
    [2, 16, 1e15],
  ])("of [%i, %i] with values around %f agrees with the reference", (rows, size, magnitude) => {
    const random = createRandom(rows);
    const [x, residual] = [random.floats(rows * size, magnitude), random.floats(rows * size, magnitude)];
    const scale = Float32Array.from(random.integers(size, -2, 2), (power) => 2 ** power);
    const norm = { weight: random.floats(size), bias: random.floats(size) };
    const summed = Array.from(x, (value, i) => value + (residual[i] ?? 0) * (scale[i % size] ?? 0));
    const wanted = reference.normalize(summed, norm, 1e-12);
    expect(reference.relativeError(addNormalize(x, residual, scale, norm, 1e-12), wanted)).toBeLessThan(2e-6);
  });

  it("agrees with the reference for any shape", () => {
    const shape = fc.record({
      rows: fc.integer({ min: 1, max: 5 }),
      size: fc.integer({ min: 4, max: 40 }).map((n) => 4 * n),
      power: fc.integer({ min: -8, max: 15 }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(shape, ({ rows, size, power, seed }) => {
        const random = createRandom(seed);
        const [x, residual] = [random.floats(rows * size, 10 ** power), random.floats(rows * size, 10 ** power)];
        const norm = { weight: random.floats(size), bias: random.floats(size) };
        const summed = x.map((value, i) => value + (residual[i] ?? 0));
        const got = addNormalize(x, residual, new Float32Array(size).fill(1), norm, 1e-20);
        expect(reference.relativeError(got, reference.normalize(summed, norm, 1e-20))).toBeLessThan(1e-5);
      }),
    );
  });

  it.each([0, 3, -4096])("gives the bias for a constant row of %f", (value) => {
    const norm = { weight: new Float32Array(16).fill(2), bias: createRandom(2).floats(16) };
    const got = addNormalize(
      new Float32Array(16).fill(value),
      new Float32Array(16),
      new Float32Array(16).fill(1),
      norm,
      1e-12,
    );
    expect(got).toEqual(norm.bias);
  });

  it("keeps its precision if the mean is a thousand times the deviation", () => {
    const random = createRandom(4);
    const x = random.floats(64).map((value) => value + 1000);
    const norm = { weight: new Float32Array(64).fill(1), bias: new Float32Array(64) };
    const got = addNormalize(x, new Float32Array(64), new Float32Array(64).fill(1), norm, 1e-5);
    expect(reference.relativeError(got, reference.normalize(x, norm, 1e-5))).toBeLessThan(1e-4);
  });
});
