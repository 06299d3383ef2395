import type { Numbers } from "./tables.ts";

/** The rank of two symbols that don't merge: behind all others. */
export const NO_RANK = 0x3fffffff;

/** A hash table from pairs of symbols to ranks, open addressing in typed arrays: several times as fast as a Map of strings. */
export class PairRanks {
  /** The rank of a pair plus one, 0 where there is none. */
  readonly #slots: Numbers;
  /** The symbols of the pair of each rank. */
  readonly #left: Numbers;
  readonly #right: Numbers;

  private constructor(slots: Numbers, left: Numbers, right: Numbers) {
    this.#slots = slots;
    this.#left = left;
    this.#right = right;
  }

  /** An empty table for ranks below `count`. */
  static empty(count: number): PairRanks {
    const slots = new Uint32Array(1 << Math.ceil(Math.log2(2 * count + 2)));
    return new PairRanks(slots, new Uint32Array(count), new Uint32Array(count));
  }

  /** A table that was made before; `slots` are a power of two. */
  static of(slots: Numbers, left: Numbers, right: Numbers): PairRanks {
    return new PairRanks(slots, left, right);
  }

  set(left: number, right: number, rank: number): void {
    this.#slots[this.#slot(left, right)] = rank + 1;
    this.#left[rank] = left;
    this.#right[rank] = right;
  }

  get(left: number, right: number): number {
    const entry = this.#slots[this.#slot(left, right)] as number;
    return entry === 0 ? NO_RANK : entry - 1;
  }

  /** Where the pair's entry is or would be. */
  #slot(left: number, right: number): number {
    let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    hash ^= hash >>> 15;
    const mask = this.#slots.length - 1;
    for (let i = hash & mask; ; i = (i + 1) & mask) {
      const entry = this.#slots[i] as number;
      if (entry === 0 || (this.#left[entry - 1] === left && this.#right[entry - 1] === right)) return i;
    }
  }
}
