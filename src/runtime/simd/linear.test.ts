import { describe, expect, it } from "vitest";
import { createRandom } from "../../../test/simd/random.ts";
import * as reference from "../../../test/simd/reference.ts";
import { openWorkbench } from "../../../test/simd/workbench.ts";
import { GROUP } from "./assembly/group.ts";

/** Packs the weights, quantizes the rows and multiplies, all in the engine; by both forms of `linear`, which must not differ. */
function run(x: Float32Array, rows: number, weight: Int8Array, scale: Float32Array, bias: Float32Array) {
  const bench = openWorkbench();
  const { kernels } = bench;
  const inner = x.length / rows;
  const columns = scale.length;
  const groups = Math.ceil(inner / GROUP);
  const [packed, sums] = [bench.place(inner * columns), bench.put(new Uint8Array(4 * groups * columns))];
  const source = bench.put(weight);
  for (let step = 0; step < inner / 4; step++)
    kernels.packRows(source + 4 * columns * step, packed, sums, step, inner, columns);
  const [q, ranges, output] = [
    bench.place(rows * inner),
    bench.place(8 * rows * groups),
    bench.place(4 * rows * columns),
  ];
  kernels.quantizeRows(bench.put(x), q, ranges, rows, inner);
  const [scales, biases] = [bench.put(scale), bench.put(bias)];
  const outputs = bench.linears.map((linear) => {
    linear(q, ranges, packed, sums, scales, biases, output, rows, inner, columns);
    return bench.floats(output, rows * columns);
  });
  expect(outputs[1]).toEqual(outputs[0]);
  expect(bench.intact()).toBe(true);
  return {
    packed: new Int8Array(bench.bytes(packed, inner * columns).buffer),
    sums: bench.integers(sums, groups * columns),
    output: outputs[0] as Float32Array,
  };
}

function example(rows: number, inner: number, columns: number) {
  const random = createRandom(rows * 1000 + inner + columns);
  return {
    x: random.floats(rows * inner),
    weight: Int8Array.from(random.integers(inner * columns, -127, 127)),
    scale: random.floats(columns, 0.01),
    bias: random.floats(columns),
  };
}

describe("packRows", () => {
  it("puts the weight of row k and column n at [n / 8][k / 4][n % 8][k % 4], and sums the columns of each group", () => {
    const [inner, columns] = [144, 24];
    const { x, weight, scale, bias } = example(1, inner, columns);
    const { packed, sums } = run(x, 1, weight, scale, bias);
    const wantedSums = new Int32Array(2 * columns);
    for (let k = 0; k < inner; k++)
      for (let n = 0; n < columns; n++) {
        const value = weight[k * columns + n] ?? 0;
        const step = Math.floor(n / 8) * (inner / 4) + Math.floor(k / 4);
        expect(packed[step * 32 + (n % 8) * 4 + (k % 4)]).toBe(value);
        const sum = Math.floor(k / GROUP) * columns + n;
        wantedSums[sum] = (wantedSums[sum] ?? 0) + value;
      }
    expect(sums).toEqual(wantedSums);
  });
});

describe("linear", () => {
  const shapes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 127, 128].map((rows) => [
    rows,
    16 * (1 + (rows % 4)),
    8 * (1 + (rows % 3)),
  ]);

  it.each([...shapes, [3, 1536, 8], [5, 144, 16], [4, 384, 24]] as [number, number, number][])(
    "gives [%i, %i] x [.., %i] to the last bit as the reference does",
    (rows, inner, columns) => {
      const { x, weight, scale, bias } = example(rows, inner, columns);
      const quantized = reference.quantizeRows(x, rows, inner);
      const wanted = reference.linear(quantized, { inner, columns, weight, scale, bias });
      expect([...run(x, rows, weight, scale, bias).output]).toEqual(wanted);
    },
  );

  it("does not saturate at the largest products", () => {
    const [inner, columns] = [3072, 8];
    const x = new Float32Array(inner).fill(1);
    x[0] = 0;
    const weight = new Int8Array(inner * columns).map((_, i) => (i % 2 === 0 ? 127 : -127));
    const { output } = run(x, 1, weight, new Float32Array(columns).fill(1), new Float32Array(columns));
    for (const [n, y] of output.entries()) expect(y / ((inner - 1) * (n % 2 === 0 ? 127 : -127))).toBeCloseTo(1, 6);
  });

  it("gives the bias for zero rows, and keeps constant rows exact", () => {
    const { weight, scale, bias } = example(2, 16, 8);
    const x = new Float32Array(32).fill(3, 16);
    const { output, sums } = run(x, 2, weight, scale, bias);
    expect([...output.subarray(0, 8)]).toEqual([...bias]);
    const wanted = [...sums].map((sum, n) => Math.fround(Math.fround((scale[n] ?? 0) * 3 * sum) + (bias[n] ?? 0)));
    expect([...output.subarray(8)]).toEqual(wanted);
  });

  it("gives a row the same bits whatever its neighbours are", () => {
    const { x, weight, scale, bias } = example(13, 48, 16);
    const all = run(x, 13, weight, scale, bias).output;
    for (let row = 0; row < 13; row++)
      expect(run(x.slice(row * 48, (row + 1) * 48), 1, weight, scale, bias).output).toEqual(
        all.slice(row * 16, (row + 1) * 16),
      );
  });
});
