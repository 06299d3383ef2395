import { splitWords, textLines } from "./python-space.ts";

/** Marks the last symbol of a word. */
const WORD_END = "</w>";

/** The merges of a fastBPE model, over symbols numbered from 0. */
export interface Merges {
  /** The symbol of a single code point, NO_SYMBOL if it is in no merge; `last`: at the end of a word. */
  symbolOf(codePoint: number, last: boolean): number;
  /** The rank of merging two symbols, lower is earlier; NO_RANK if they don't merge. */
  rankOf(left: number, right: number): number;
  /** The symbol that the merge of this rank makes. */
  mergedSymbol(rank: number): number;
  readonly symbolCount: number;
}

export const NO_RANK = 0x3fffffff;
export const NO_SYMBOL = -1;

/**
 * Reads `bpe.codes`, `<left> <right> <count>` a line, the earliest merge first. What follows the last line feed is ignored,
 * as the reference ignores it.
 */
export function parseMerges(text: string): Merges {
  const symbols = new Map<string, number>();
  const symbolFor = (symbol: string) => {
    const known = symbols.get(symbol);
    if (known !== undefined) return known;
    symbols.set(symbol, symbols.size);
    return symbols.size - 1;
  };
  const lines = textLines(text).slice(0, -1);
  const ranks = new PairRanks(lines.length);
  const merged = new Int32Array(lines.length);
  for (const [rank, line] of lines.entries()) {
    const parts = splitWords(line);
    if (parts.length !== 3) continue;
    const [left, right] = parts as [string, string, string];
    ranks.set(symbolFor(left), symbolFor(right), rank);
    merged[rank] = symbolFor(left + right);
  }
  const inner = new Map<number, number>();
  const last = new Map<number, number>();
  for (const [symbol, id] of symbols) {
    const codePoint = symbol.codePointAt(0) as number;
    const rest = symbol.slice(codePoint > 0xffff ? 2 : 1);
    if (rest === "") inner.set(codePoint, id);
    if (rest === WORD_END) last.set(codePoint, id);
  }
  return {
    symbolOf: (codePoint, isLast) => (isLast ? last : inner).get(codePoint) ?? NO_SYMBOL,
    rankOf: (left, right) => (left === NO_SYMBOL || right === NO_SYMBOL ? NO_RANK : ranks.get(left, right)),
    mergedSymbol: (rank) => merged[rank] as number,
    symbolCount: symbols.size,
  };
}

/** A hash table from pairs of symbols to ranks, open addressing in typed arrays: several times as fast as a Map of strings. */
class PairRanks {
  readonly #mask: number;
  readonly #entries: Int32Array;

  constructor(count: number) {
    const capacity = 1 << Math.ceil(Math.log2(2 * count + 2));
    this.#mask = capacity - 1;
    this.#entries = new Int32Array(3 * capacity).fill(-1);
  }

  set(left: number, right: number, rank: number): void {
    this.#entries.set([left, right, rank], this.#slot(left, right));
  }

  get(left: number, right: number): number {
    const slot = this.#slot(left, right);
    return this.#entries[slot] === -1 ? NO_RANK : (this.#entries[slot + 2] as number);
  }

  /** Where the pair's entry is or would be. */
  #slot(left: number, right: number): number {
    let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    hash ^= hash >>> 15;
    for (let i = hash & this.#mask; ; i = (i + 1) & this.#mask) {
      const found = this.#entries[3 * i];
      if (found === -1 || (found === left && this.#entries[3 * i + 1] === right)) return 3 * i;
    }
  }
}
