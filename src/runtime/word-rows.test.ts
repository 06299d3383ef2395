import { describe, expect, it } from "vitest";
import { pairs } from "../../test/simd/onnx-writer.ts";
import { createRandom } from "../../test/simd/random.ts";
import { int4Rows, int8Rows } from "./word-rows.ts";

const SIZE = 96;
const GROUP = 32;
const random = createRandom(1);

/** Three rows of int4 values with scales that are exact in float16. */
const values = [0, 1, 2].map(() => random.integers(SIZE, -8, 7));
const scales = [0, 1, 2].map(() => random.integers(SIZE / GROUP, -9, 9).map((power) => 1.5 * 2 ** power));
const int4 = new Int8Array(
  values.flatMap((row, number) => {
    const halves = new DataView(new ArrayBuffer(6));
    for (const [i, scale] of (scales[number] as number[]).entries()) halves.setFloat16(2 * i, scale, true);
    return [...pairs(row), ...new Uint8Array(halves.buffer)];
  }),
);
const wanted = values.map((row, number) => row.map((x, i) => x * (scales[number]?.[Math.floor(i / GROUP)] ?? 0)));

/** One float for each value of the row. */
function read(rows: ReturnType<typeof int4Rows>, bytes: Int8Array, index: number, id: number): number[] {
  const target = new Float64Array(SIZE);
  rows.read(bytes, index, id, target);
  return [...target];
}

describe("int4Rows", () => {
  it("unpacks two values a byte, and scales each 32 by the float16 behind the row", () => {
    for (const [index, row] of wanted.entries()) expect(read(int4Rows(SIZE, GROUP), int4, index, 7)).toEqual(row);
  });

  it("reads rows that begin anywhere in a buffer", () => {
    const shifted = new Int8Array(int4.length + 3);
    shifted.set(int4, 3);
    expect(read(int4Rows(SIZE, GROUP), shifted.subarray(3), 2, 0)).toEqual(wanted[2]);
  });

  it("scores the pieces that it is given and leaves the others alone", () => {
    const [state, bias] = [random.floats(SIZE), random.floats(5)];
    const logits = new Float32Array(4).fill(9);
    int4Rows(SIZE, GROUP).score(int4, 1, state, bias, logits);
    expect(logits[3]).toBe(9);
    for (const [index, row] of wanted.entries()) {
      const product = row.reduce((sum, x, i) => sum + x * (state[i] ?? 0), 0);
      expect(logits[index]).toBeCloseTo(product + (bias[1 + index] ?? 0), 2);
    }
  });
});

describe("int8Rows", () => {
  const rows = int8Rows(2, Float32Array.of(9, 0.5, 2, 9));

  it("multiplies a row by its piece's scale", () => {
    const target = new Float64Array(2);
    rows.read(Int8Array.of(1, 2, -3, 4), 1, 2, target);
    expect([...target]).toEqual([-6, 8]);
  });

  it("scores the pieces that it is given and leaves the others alone", () => {
    const logits = new Float32Array(4).fill(9);
    rows.score(Int8Array.of(1, 2, -3, 4), 1, Float32Array.of(10, 1), Float32Array.of(9, 1, 0, 9), logits);
    expect([...logits]).toEqual([0.5 * 12 + 1, 2 * -26, 9, 9]);
  });
});
