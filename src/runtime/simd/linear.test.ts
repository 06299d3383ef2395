import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../test/simd/random.ts";
import * as reference from "../../../test/simd/reference.ts";
import { openWorkbench } from "../../../test/simd/workbench.ts";
import { GROUP } from "./assembly/group.ts";

/** Packs the weights, quantizes the rows and multiplies, all in the engine. Uses both forms of `linear`, which must not differ. */
function run(x: Float32Array, rows: number, weight: Int8Array, scale: Float32Array, bias: Float32Array) {
  const bench = openWorkbench();
  const { kernels } = bench;
  const inner = x.length / rows;
  const columns = scale.length;
  const groups = Math.ceil(inner / GROUP);
  const source = bench.put(weight);
  const [q, ranges, output] = [
    bench.place(rows * inner),
    bench.place(8 * rows * groups),
    bench.place(4 * rows * columns),
  ];
  kernels.quantizeRows(bench.put(x), q, ranges, rows, inner);
  const [scales, biases] = [bench.put(scale), bench.put(bias)];
  const forms = bench.linears.map(({ packRows, linear }) => {
    const [packed, sums] = [bench.place(inner * columns), bench.put(new Uint8Array(4 * groups * columns))];
    for (let step = 0; step < inner / 4; step++)
      packRows(source + 4 * columns * step, packed, sums, step, inner, columns);
    linear(q, ranges, packed, sums, scales, biases, output, rows, inner, columns);
    const records = new Int16Array(bench.bytes(sums, 4 * groups * columns).buffer);
    const panels = Array.from({ length: (groups * columns) / 8 }, (_, i) => records.subarray(16 * i, 16 * i + 16));
    return {
      packed: new Int8Array(bench.bytes(packed, inner * columns).buffer),
      /** One sum for each column of each group. */
      sums: panels.flatMap((panel) => [...panel.subarray(0, 8)]),
      /** Number of places by which the far steps of each group of eight columns were rotated. */
      turns: panels.map((panel) => (panel[8] ?? 0) / 4),
      output: bench.floats(output, rows * columns),
    };
  });
  const [inOrder, byPairs] = forms as [(typeof forms)[number], (typeof forms)[number]];
  for (const { output, sums } of forms) {
    expect(output).toEqual(inOrder.output);
    expect(sums).toEqual(inOrder.sums);
  }
  expect(bench.intact()).toBe(true);
  return { inOrder, byPairs, output: inOrder.output };
}

/** @param largest largest magnitude of the weights. From about 65 on, some groups need rotation. At 127 no rotation is safe */
function example(rows: number, inner: number, columns: number, largest = 127, seed = 0) {
  const random = createRandom(seed + rows * 1000 + inner + columns);
  return {
    x: random.floats(rows * inner),
    weight: Int8Array.from(random.integers(inner * columns, -largest, largest)),
    scale: random.floats(columns, 0.01),
    bias: random.floats(columns),
  };
}

describe("packRows", () => {
  const [inner, columns] = [400, 24];
  const pack = (weight: Int8Array) => {
    const { x, scale, bias } = example(1, inner, columns);
    return run(x, 1, weight, scale, bias);
  };

  it("sums the columns of each group", () => {
    const { weight } = example(1, inner, columns);
    const wanted = new Array<number>(4 * columns).fill(0);
    for (const [i, value] of weight.entries()) {
      const [k, n] = [Math.floor(i / columns), i % columns];
      const sum = Math.floor(k / GROUP) * columns + n;
      wanted[sum] = (wanted[sum] ?? 0) + value;
    }
    expect(pack(weight).inOrder.sums).toEqual(wanted);
  });

  it("puts row k and column n at [n / 8][k / 4][n % 8][k % 4]", () => {
    const { weight } = example(1, inner, columns);
    const { packed } = pack(weight).inOrder;
    for (const [i, value] of weight.entries()) {
      const [k, n] = [Math.floor(i / columns), i % columns];
      const at = Math.floor(n / 8) * inner * 8 + Math.floor(k / 4) * 32 + (n % 8) * 4 + (k % 4);
      expect(packed[at]).toBe(value);
    }
  });

  it.each([127, 75, 30])(
    "puts them by pairs at [n / 8][k / 8][near or far][n % 8][k % 4], far ones turned (weights up to %i)",
    (largest) => {
      const { weight } = example(1, inner, columns, largest);
      const { packed, turns } = pack(weight).byPairs;
      for (const [i, value] of weight.entries()) {
        const [k, n] = [Math.floor(i / columns), i % columns];
        const group = Math.floor(k / GROUP);
        const half = Math.min(GROUP, inner - group * GROUP) / 8;
        const step = Math.floor((k % GROUP) / 4);
        const panel = Math.floor(n / 8);
        const turn = turns[(group * columns) / 8 + panel] ?? Number.NaN;
        const pair = step < half ? step : (step - half - turn + 2 * half) % half;
        const at = panel * inner * 8 + group * GROUP * 8 + pair * 64 + (step < half ? 0 : 32) + (n % 8) * 4 + (k % 4);
        expect(packed[at]).toBe(value);
      }
    },
  );

  it("turns until no lane of two steps' weights, positive or negative ones, sums to more than 258, or comes round", () => {
    const seen = new Set<string>();
    for (const largest of [30, 70, 75, 80, 127]) {
      const { weight } = example(1, inner, columns, largest);
      const { turns } = pack(weight).byPairs;
      for (const [index, turn] of turns.entries()) {
        const [group, panel] = [Math.floor(index / (columns / 8)), index % (columns / 8)];
        const half = Math.min(GROUP, inner - group * GROUP) / 8;
        const lane = (step: number, n: number, k: number) =>
          [0, 1].map((i) => weight[(group * GROUP + 4 * step + k + i) * columns + panel * 8 + n] ?? Number.NaN);
        const isSafe = (by: number) =>
          Array.from({ length: half * 16 }, (_, i) => {
            const [near, n, k] = [Math.floor(i / 16), Math.floor((i % 16) / 2), 2 * (i % 2)];
            const four = [...lane(near, n, k), ...lane(half + ((near + by) % half), n, k)];
            const sum = (sign: number) => four.reduce((total, w) => total + Math.max(0, sign * w), 0);
            return Math.max(sum(1), sum(-1)) <= 258;
          }).every(Boolean);
        const safe = Array.from({ length: half }, (_, by) => by).find(isSafe);
        expect(turn).toBe(safe ?? half);
        seen.add(safe === undefined ? "never" : safe > 0 ? "turned" : "as it was");
      }
    }
    expect([...seen].sort()).toEqual(["as it was", "never", "turned"]);
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

  it("gives the reference's bits for any shape and any size of weights", () => {
    const shape = fc.record({
      rows: fc.integer({ min: 1, max: 9 }),
      inner: fc.integer({ min: 1, max: 20 }).map((n) => 16 * n),
      columns: fc.integer({ min: 1, max: 3 }).map((n) => 8 * n),
      largest: fc.integer({ min: 1, max: 127 }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(shape, ({ rows, inner, columns, largest, seed }) => {
        const { x, weight, scale, bias } = example(rows, inner, columns, largest, seed);
        const quantized = reference.quantizeRows(x, rows, inner);
        const wanted = reference.linear(quantized, { inner, columns, weight, scale, bias });
        expect([...run(x, rows, weight, scale, bias).output]).toEqual(wanted);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    [2, 0],
    [3, 2],
  ])("is exact where every lane of two steps sums to 2 * (127 + %i), turned by %i of 2", (second, turn) => {
    for (const sign of [1, -1]) {
      const [inner, columns] = [16, 8];
      const weight = new Int8Array(inner * columns).map((_, i) => sign * (Math.floor(i / columns) % 2 ? second : 127));
      const [scale, bias] = [new Float32Array(columns).fill(1), new Float32Array(columns)];
      const { output, byPairs } = run(new Float32Array(inner).fill(127), 1, weight, scale, bias);
      expect(byPairs.turns).toEqual([turn]);
      expect([...output]).toEqual(new Array(columns).fill(sign * 127 * 8 * (127 + second)));
    }
  });

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
    const { output, inOrder } = run(x, 2, weight, scale, bias);
    expect([...output.subarray(0, 8)]).toEqual([...bias]);
    const wanted = inOrder.sums.map((sum, n) => Math.fround(Math.fround((scale[n] ?? 0) * 3 * sum) + (bias[n] ?? 0)));
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
