import type { Subwords } from "./subwords.ts";

/** A power of two. */
const SLOTS = 32_768;
/** 1 MB: room for some 20,000 words. */
const ARENA_LENGTH = 262_144;
const MAX_LENGTH = 24;
/** Two places in a word of at most MAX_LENGTH code points share a number. */
const PLACE_BITS = 8;

/** Called with a piece's id and its code points, counted from the start of the word. */
type PieceCallback = (id: number, from: number, to: number) => void;

/** Segments the word from `from` to `to`, and calls back with each of its pieces. */
export type Segmenter = (
  codePoints: readonly number[],
  from: number,
  to: number,
  afterSpace: boolean,
  callback: PieceCallback,
) => void;

/**
 * Segments words with a cache. Every word has one slot, and replaces the word that had it before. The cache is one array of numbers, which
 * is emptied when it is full: objects would need ten times the memory. Its keys are code points, because making strings of all
 * words would cost more than everything else here.
 *
 * An entry has: one number for the key's length and for `afterSpace`, the key, the number of pieces, and the id and places of each piece.
 */
export function cacheWords({ segment }: Pick<Subwords, "segment">): Segmenter {
  const slots = new Int32Array(SLOTS);
  const arena = new Int32Array(ARENA_LENGTH);
  let end = 1; // 0 in a slot means that it is free

  const store = (key: number, word: readonly number[], afterSpace: boolean): number => {
    const { ids, from, to } = segment(word, afterSpace);
    if (end + word.length + 2 * ids.length + 2 > ARENA_LENGTH) {
      slots.fill(0);
      end = 1;
    }
    const entry = end;
    arena[end++] = key;
    for (const codePoint of word) arena[end++] = codePoint;
    arena[end++] = ids.length;
    for (const [i, id] of ids.entries()) {
      arena[end++] = id;
      arena[end++] = ((from[i] as number) << PLACE_BITS) | (to[i] as number);
    }
    return entry;
  };

  return (codePoints, from, to, afterSpace, callback) => {
    if (to - from > MAX_LENGTH) {
      const pieces = segment(codePoints.slice(from, to), afterSpace);
      for (const [i, id] of pieces.ids.entries()) callback(id, pieces.from[i] as number, pieces.to[i] as number);
      return;
    }
    const key = 2 * (to - from) + (afterSpace ? 1 : 0);
    const slot = hash(key, codePoints, from, to) & (SLOTS - 1);
    let entry = slots[slot] as number;
    if (entry === 0 || !isKey(arena, entry, key, codePoints, from, to)) {
      entry = store(key, codePoints.slice(from, to), afterSpace);
      slots[slot] = entry;
    }
    const pieces = entry + 1 + to - from;
    const count = arena[pieces] as number;
    for (let at = pieces + 1; at < pieces + 1 + 2 * count; at += 2) {
      const places = arena[at + 1] as number;
      callback(arena[at] as number, places >> PLACE_BITS, places & ((1 << PLACE_BITS) - 1));
    }
  };
}

function hash(key: number, codePoints: readonly number[], from: number, to: number): number {
  let value = key;
  for (let i = from; i < to; i++) value = Math.imul(value ^ (codePoints[i] as number), 0x5bd1e995) ^ (value >>> 15);
  return value ^ (value >>> 15);
}

function isKey(
  arena: Int32Array,
  entry: number,
  key: number,
  codePoints: readonly number[],
  from: number,
  to: number,
): boolean {
  if (arena[entry] !== key) return false;
  for (let i = from; i < to; i++) if (arena[entry + 1 + i - from] !== codePoints[i]) return false;
  return true;
}
