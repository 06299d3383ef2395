import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { softmax } from "../runtime/heads.ts";
import { rankPieces } from "./rank-pieces.ts";

/** The ranking of logits that arrive in blocks of `size`. */
function likeliest(logits: Float32Array, size: number, count: number, ids?: number[]) {
  const ranking = rankPieces(count, ids);
  for (let first = 0; first < logits.length; first += size) ranking.take(first, logits.subarray(first, first + size));
  return ranking.likeliest();
}

describe("rankPieces", () => {
  it("gives the highest of the softmax over all parts, whatever their size", () => {
    const vocabulary = fc.float32Array({ minLength: 1, maxLength: 40, min: -1000, max: 1000, noNaN: true });
    fc.assert(
      fc.property(
        vocabulary,
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 9 }),
        (logits, size, count) => {
          const probabilities = softmax(logits, 1);
          const order = [...logits.keys()].sort((a, b) => (logits[b] as number) - (logits[a] as number) || a - b);
          const found = likeliest(logits, size, count);
          expect(found.map(({ id }) => id)).toEqual(order.slice(0, count));
          for (const { id, score } of found) expect(score).toBeCloseTo(probabilities[id] as number, 5);
        },
      ),
    );
  });

  it("scores wanted pieces among all, each once", () => {
    const logits = Float32Array.of(0, Math.log(2), Math.log(5), 0, Math.log(7));
    const found = likeliest(logits, 2, 5, [3, 1, 3]);
    expect(found.map(({ id }) => id)).toEqual([1, 3]);
    expect(found[0]?.score).toBeCloseTo(2 / 16, 6);
    expect(found[1]?.score).toBeCloseTo(1 / 16, 6);
  });
});
