import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergeManySymbols } from "./merge-many-symbols.ts";
import { type MergedSymbols, type Merges, mergeSymbols } from "./merge-symbols.ts";
import { NO_RANK } from "./pair-ranks.ts";

/** The definition, in short and slow code: each round merges the best pair everywhere, from left to right. */
function mergeByDefinition(symbols: readonly number[], { rankOf, mergedSymbol }: Merges): MergedSymbols {
  let parts = symbols.map((symbol) => ({ symbol, length: 1 }));
  for (;;) {
    const ranks = parts.map(({ symbol }, i) => {
      const right = parts[i + 1];
      return right ? rankOf(symbol, right.symbol) : NO_RANK;
    });
    const best = ranks.reduce((least, rank) => Math.min(least, rank), NO_RANK);
    if (best === NO_RANK) break;
    const merged: typeof parts = [];
    for (let i = 0; i < parts.length; i++) {
      const [left, right] = [parts[i], parts[i + 1]] as [{ symbol: number; length: number }, { length: number }];
      if (ranks[i] === best) {
        merged.push({ symbol: mergedSymbol(best), length: left.length + right.length });
        i++;
      } else {
        merged.push(left);
      }
    }
    parts = merged;
  }
  return { symbols: parts.map(({ symbol }) => symbol), lengths: parts.map(({ length }) => length) };
}

/** Merges of a few letters. The result of a merge may be any symbol, even one that is merged again. */
const merges = fc.array(fc.tuple(fc.nat(6), fc.nat(6), fc.nat(9)), { maxLength: 30 }).map((rules): Merges => {
  const ranks = new Map(rules.map(([left, right], rank) => [`${left} ${right}`, rank]));
  return {
    rankOf: (left, right) => ranks.get(`${left} ${right}`) ?? NO_RANK,
    mergedSymbol: (rank) => rules[rank]?.[2] as number,
  };
});

/** Words with and without long runs of a letter. */
const word = fc
  .array(fc.tuple(fc.nat(6), fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 40 }))), { maxLength: 30 })
  .map((runs) => runs.flatMap(([symbol, length]) => Array<number>(length).fill(symbol)));

describe.each([
  ["mergeSymbols", mergeSymbols],
  ["mergeManySymbols", mergeManySymbols],
])("%s", (_, merge) => {
  it("merges what the definition merges", () => {
    fc.assert(
      fc.property(word, merges, (symbols, rules) => {
        expect(merge([...symbols], rules)).toEqual(mergeByDefinition(symbols, rules));
      }),
      { numRuns: 3000 },
    );
  });

  it("merges a run of one letter in pairs from the left", () => {
    const rules: Merges = { rankOf: (left, right) => (left === 1 && right === 1 ? 0 : NO_RANK), mergedSymbol: () => 2 };
    expect(merge([1, 1, 1], rules)).toEqual({ symbols: [2, 1], lengths: [2, 1] });
    expect(merge([], rules)).toEqual({ symbols: [], lengths: [] });
  });
});
