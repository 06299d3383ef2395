import { type Merges, NO_RANK, NO_SYMBOL } from "./merges.ts";
import { toText } from "./span-text.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** A word and its pieces: their texts, `@@` behind all but the last, their ids and how many code points each one covers. */
interface Segmented {
  readonly codePoints: number[];
  readonly text: string;
  readonly pieces: string[];
  readonly ids: number[];
  readonly lengths: number[];
}

/** Segments the word that stands from `from` to `to`, not empty. */
export type Segmenter = (codePoints: number[], from: number, to: number) => Segmented;

/** A power of two. */
const CACHE_SLOTS = 32_768;
const MAX_CACHED_LENGTH = 24;
const STALE = -1;

/**
 * fastBPE with a cache in which every word has one slot and takes it over from the word before. Its keys are code points:
 * making strings of all words costs more than everything else here.
 */
export function createSegmenter(merges: Merges, vocabulary: Vocabulary): Segmenter {
  const cache = new Array<Segmented | undefined>(CACHE_SLOTS).fill(undefined);
  const pieceOf = pieceTable(merges, vocabulary);
  const segment = (word: number[]): Segmented => {
    const symbols = mergeSymbols(word, merges);
    const pieces: string[] = [];
    const ids: number[] = [];
    let from = 0;
    for (let i = 0; i < symbols.ids.length; i++) {
      const to = from + (symbols.lengths[i] as number);
      const piece = pieceOf(symbols.ids[i] as number, word, from, to);
      pieces.push(piece.text);
      ids.push(piece.id);
      from = to;
    }
    return { codePoints: word, text: toText(word, 0, word.length), pieces, ids, lengths: symbols.lengths };
  };
  return (codePoints, from, to) => {
    if (to - from > MAX_CACHED_LENGTH) return segment(codePoints.slice(from, to));
    const slot = hash(codePoints, from, to) & (CACHE_SLOTS - 1);
    const known = cache[slot];
    if (known !== undefined && isSame(known.codePoints, codePoints, from, to)) return known;
    const segmented = segment(codePoints.slice(from, to));
    cache[slot] = segmented;
    return segmented;
  };
}

function hash(codePoints: number[], from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) value = Math.imul(value ^ (codePoints[i] as number), 0x5bd1e995) ^ (value >>> 15);
  return value ^ (value >>> 15);
}

function isSame(word: number[], codePoints: number[], from: number, to: number): boolean {
  if (word.length !== to - from) return false;
  for (let i = 0; i < word.length; i++) if (word[i] !== codePoints[from + i]) return false;
  return true;
}

interface Piece {
  text: string;
  id: number;
}

/** Makes each symbol's piece, inside a word and at its end, only once. */
function pieceTable(
  merges: Merges,
  vocabulary: Vocabulary,
): (symbol: number, word: number[], from: number, to: number) => Piece {
  const inner = new Array<Piece | undefined>(merges.symbolCount).fill(undefined);
  const last = inner.slice();
  return (symbol, word, from, to) => {
    const isLast = to === word.length;
    const table = isLast ? last : inner;
    const known = symbol === NO_SYMBOL ? undefined : table[symbol];
    if (known !== undefined) return known;
    const text = isLast ? toText(word, from, to) : `${toText(word, from, to)}@@`;
    const piece = { text, id: vocabulary.idOf(text) };
    if (symbol !== NO_SYMBOL) table[symbol] = piece;
    return piece;
  };
}

/** The symbols of a word being merged. */
interface Symbols {
  ids: number[];
  /** How many code points each one covers. */
  lengths: number[];
}

/**
 * Merges a word's symbols: again and again the pair of lowest rank, everywhere in the word from left to right.
 *
 * @see Sennrich, Haddow, Birch 2016, "Neural Machine Translation of Rare Words with Subword Units"
 */
function mergeSymbols(word: number[], merges: Merges): Symbols {
  let count = word.length;
  const ids: number[] = [];
  const lengths: number[] = [];
  const ranks: number[] = [];
  for (let i = 0; i < count; i++) {
    ids.push(merges.symbolOf(word[i] as number, i === count - 1));
    lengths.push(1);
    ranks.push(STALE);
  }
  for (;;) {
    let best = NO_RANK;
    for (let i = 0; i < count - 1; i++) {
      if (ranks[i] === STALE) ranks[i] = merges.rankOf(ids[i] as number, ids[i + 1] as number);
      const rank = ranks[i] as number;
      if (rank < best) best = rank;
    }
    if (best === NO_RANK) break;
    const merged = merges.mergedSymbol(best);
    let kept = 0;
    for (let i = 0; i < count; i++, kept++) {
      if (ranks[i] === best && i < count - 1) {
        ids[kept] = merged;
        lengths[kept] = (lengths[i] as number) + (lengths[i + 1] as number);
        ranks[kept] = STALE;
        if (kept > 0) ranks[kept - 1] = STALE;
        i++;
      } else {
        ids[kept] = ids[i] as number;
        lengths[kept] = lengths[i] as number;
        ranks[kept] = ranks[i] as number;
      }
    }
    count = kept;
  }
  ids.length = count;
  lengths.length = count;
  return { ids, lengths };
}
