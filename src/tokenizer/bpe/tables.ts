import type { EmojiNames } from "../normalize/normalize.ts";
import { PairRanks } from "./pair-ranks.ts";
import { StringTable } from "./string-table.ts";

/** All that a tokenizer looks things up in, as one file holds it (`scripts/training/bertweet/export/tokenizer_tables.py` writes it). */
export interface TokenizerTables {
  /** Pieces by their ids. */
  pieces: StringTable;
  /** Pieces that have another id than their number, with that id. */
  moved: ReadonlyMap<number, number>;
  /** Merges: pairs of symbols with their ranks. Symbols of a byte-level BPE are ids. */
  ranks: PairRanks;
  /** The symbol that the merge of each rank makes. */
  merged: Numbers;
  /** Of fastBPE: symbols that are one code point long, inside a word and at its end, by the code point. */
  inner: ReadonlyMap<number, number>;
  last: ReadonlyMap<number, number>;
  emoji: EmojiNames;
}

/** As many bytes a number as the largest needs. */
export type Numbers = Uint16Array | Uint32Array;

/** "btk1", little-endian. */
const MAGIC = 0x316b7462;
const HEADER_NUMBERS = 10;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Opens a file of tables. Nothing is read but its header and the few short lists: the large tables are views into it.
 *
 * The file, little-endian, each part padded to 4 bytes: a header of ten uint32 (magic; bytes of a number, 2 or 4; counts of pieces, bytes of their
 * UTF-8, slots of their index, moved pieces, merges, slots of their index, symbols of one code point inside a word and at its end), and behind
 * it
 * - where each piece starts, and the end: uint32 [pieces + 1]; the index: numbers [slots]; UTF-8, one behind the other
 * - moved pieces: uint32 [moved, 2]
 * - the merges' left, right and merged symbols: numbers [merges] each; their index: numbers [slots]
 * - symbols of one code point, with the code point before each: uint32 [inner, 2], uint32 [last, 2]
 * - emoji: their count, bytes of UTF-8 and code points: uint32; their names, a line feed between two
 *
 * @throws Error if it is no such file
 */
export function openTables(file: ArrayBuffer): TokenizerTables {
  const header = new Uint32Array(file, 0, Math.min(HEADER_NUMBERS, file.byteLength >> 2));
  const [magic, numberBytes, pieces, textBytes, pieceSlots, moved, merges, mergeSlots, inner, last] =
    header as unknown as Header;
  if (magic !== MAGIC || file.byteLength % 4 !== 0) throw new Error("tokenizer tables: not in their format");
  let at = 4 * HEADER_NUMBERS;
  const bytes = (count: number) => {
    const view = new Uint8Array(file, at, count);
    at += Math.ceil(count / 4) * 4;
    return view;
  };
  const words = (count: number) => new Uint32Array(file, bytes(4 * count).byteOffset, count);
  const numbers = (count: number): Numbers => {
    const { byteOffset } = bytes(numberBytes * count);
    return numberBytes === 2 ? new Uint16Array(file, byteOffset, count) : new Uint32Array(file, byteOffset, count);
  };
  /** A full one would be searched without end. */
  const index = (count: number): Numbers => {
    const slots = numbers(count);
    if (!slots.includes(0) || (count & (count - 1)) !== 0) throw new Error("tokenizer tables: an index is not right");
    return slots;
  };
  const pairs = (count: number) => {
    const flat = words(2 * count);
    return new Map(Array.from({ length: count }, (_, i) => [flat[2 * i] as number, flat[2 * i + 1] as number]));
  };

  const tables = {
    pieces: StringTable.of(words(pieces + 1), index(pieceSlots), bytes(textBytes)),
    moved: pairs(moved),
  };
  const [left, right, merged] = [numbers(merges), numbers(merges), numbers(merges)];
  const ranks = PairRanks.of(index(mergeSlots), left, right);
  const singles = { inner: pairs(inner), last: pairs(last) };
  const [emojiCount, emojiBytes] = words(2) as unknown as [number, number];
  const codePoints = words(emojiCount);
  const names = decoder.decode(bytes(emojiBytes)).split("\n");
  const emoji = new Map(Array.from(codePoints, (codePoint, i) => [codePoint, names[i] as string]));
  if (at !== file.byteLength) throw new Error("tokenizer tables: of another length than they say");
  return { ...tables, ranks, merged, ...singles, emoji };
}

type Header = [number, number, number, number, number, number, number, number, number, number];
