import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pairs } from "../../../test/simd/onnx-writer.ts";
import { createRandom } from "../../../test/simd/random.ts";
import * as reference from "../../../test/simd/reference.ts";
import { openWorkbench } from "../../../test/simd/workbench.ts";
import { GROUP, INT4_GROUP } from "./assembly/group.ts";

/** Packs the weights, quantizes the rows and multiplies, all in the engine. Uses both forms of `linearInt4`, which must not differ. */
function run(x: Float32Array, rows: number, { inner, columns, weight, scale, bias }: ReturnType<typeof example>) {
  const bench = openWorkbench();
  const { kernels } = bench;
  const groups = Math.ceil(inner / GROUP);
  const [packed, sums] = [bench.place((inner * columns) / 2), bench.place(4 * groups * columns)];
  const [scales, factors] = [bench.place(4 * groups * columns), bench.place((2 * inner * columns) / INT4_GROUP)];
  const [source, scaleSource] = [bench.put(pairs(weight)), bench.put(scale)];
  for (let group = 0; group < groups; group++) {
    const first = (group * GROUP) / INT4_GROUP;
    const count = Math.min(GROUP / INT4_GROUP, inner / INT4_GROUP - first);
    const [at, row] = [4 * columns * group, columns * first];
    kernels.splitScales(scaleSource + 4 * row, scales + at, factors + 2 * row, count, columns);
  }
  for (let step = 0; step < inner / 4; step++)
    kernels.packInt4(source + 2 * columns * step, packed, step, inner, columns);
  kernels.sumInt4(packed, factors, sums, inner, columns);
  const [q, ranges] = [bench.place(rows * inner), bench.place(8 * rows * groups)];
  kernels.quantizeRows(bench.put(x), q, ranges, rows, inner);
  const output = bench.place(4 * rows * columns);
  const biases = bench.put(bias);
  const outputs = bench.int4Linears.map((linear) => {
    linear(q, ranges, packed, factors, sums, scales, biases, output, rows, inner, columns);
    return bench.floats(output, rows * columns);
  });
  for (const other of outputs.slice(1)) expect(other).toEqual(outputs[0]);
  expect(bench.intact()).toBe(true);
  return { packed: bench.bytes(packed, (inner * columns) / 2), output: outputs[0] as Float32Array };
}

function example(inner: number, columns: number, seed = 0) {
  const random = createRandom(seed + 1000 * inner + columns);
  return {
    inner,
    columns,
    weight: Int8Array.from(random.integers(inner * columns, -8, 7)),
    scale: random.floats((inner / INT4_GROUP) * columns, 0.01),
    bias: random.floats(columns),
  };
}

describe("packInt4", () => {
  it("puts row k, column n, plus 8, into half n / 4 of byte [n / 8][k / 4][n % 4][k % 4]", () => {
    const layer = example(96, 24);
    const { packed } = run(new Float32Array(96), 1, layer);
    for (const [i, value] of layer.weight.entries()) {
      const [k, n] = [Math.floor(i / 24), i % 24];
      const byte = packed[Math.floor(n / 8) * 96 * 4 + Math.floor(k / 4) * 16 + (n % 4) * 4 + (k % 4)] ?? 0;
      expect(((n % 8 < 4 ? byte : byte >> 4) & 15) - 8).toBe(value);
    }
  });
});

describe("linearInt4", () => {
  const shape = fc.record({
    rows: fc.integer({ min: 1, max: 13 }),
    inner: fc.integer({ min: 1, max: 11 }).map((n) => INT4_GROUP * n),
    columns: fc.integer({ min: 1, max: 3 }).map((n) => 8 * n),
    seed: fc.nat(),
  });

  it("gives the reference's bits for any shape", () => {
    fc.assert(
      fc.property(shape, ({ rows, inner, columns, seed }) => {
        const layer = example(inner, columns, seed);
        const x = createRandom(seed).floats(rows * inner);
        const wanted = reference.linearInt4(reference.quantizeRows(x, rows, inner), layer);
        expect([...run(x, rows, layer).output]).toEqual(wanted);
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    [3, 1536, 8],
    [127, 160, 16],
    [128, 384, 24],
  ])("is what the float product is but for the rounding of x: [%i, %i] x [.., %i]", (rows, inner, columns) => {
    const layer = example(inner, columns);
    const x = createRandom(rows).floats(rows * inner);
    const wanted = reference.linearOfFloats(x, rows, { ...layer, bias: new Float32Array(columns) });
    const { output } = run(x, rows, { ...layer, bias: new Float32Array(columns) });
    expect(reference.relativeError(output, wanted)).toBeLessThan(0.02);
  });

  it.each([-8, 7])("leaves neither int16 nor int32 where all weights are %i and all scales alike", (value) => {
    const [inner, columns] = [3072, 8];
    const weight = new Int8Array(inner * columns).fill(value);
    const scale = new Float32Array((inner / INT4_GROUP) * columns).fill(1);
    const layer = { inner, columns, weight, scale, bias: new Float32Array(columns) };
    const { output } = run(new Float32Array(inner).fill(127), 1, layer);
    for (const y of output) expect(y / (127 * value * inner)).toBeCloseTo(1, 6);
  });

  it("gives the bias for zero rows, and a row the same bits whatever its neighbours are", () => {
    const layer = example(96, 16);
    const x = createRandom(1)
      .floats(7 * 96)
      .fill(0, 0, 96);
    const { output } = run(x, 7, layer);
    expect(output.slice(0, 16)).toEqual(layer.bias);
    for (let row = 0; row < 7; row++)
      expect(run(x.slice(row * 96, (row + 1) * 96), 1, layer).output).toEqual(output.slice(row * 16, (row + 1) * 16));
  });
});
