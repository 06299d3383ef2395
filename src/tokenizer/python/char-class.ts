import { digitRanges, letterRanges, numberRanges, wordRanges } from "./tables.ts";

/** `\w` of the reference's `regex` module. */
export const WORD = 1;
/** `\d`: decimal digits of every script. */
export const DIGIT = 2;
/** `\s`. Unlike Python's own white space it lacks U+001C to U+001F. */
export const SPACE = 4;
/** `[^\W\d_]`. */
export const LETTER = 8;
/** `[a-z]` ignoring case: simple case folding brings in İ, ſ and the Kelvin sign. */
export const LATIN = 16;
/** `[a-z0-9]` ignoring case. */
export const ALNUM = 32;
/** `str.isspace()`, by which `str.split()` works. */
export const PYTHON_SPACE = 64;
/** Not in `[^\s()<>{}\[\]]`, the run of a URL's body. */
export const URL_STOP = 128;
/** Not in the class of characters with which a URL may end. */
export const URL_TAIL_STOP = 256;
/** `[ *\-.\)]`, between the groups of a phone number. */
export const PHONE_GAP = 512;
export const EYES = 1024;
export const NOSE = 2048;
export const MOUTH = 4096;
/** `\p{L}`: unlike LETTER without marks, and without what is both a number and alphabetic. */
export const L = 8192;
/** `\p{N}`: unlike DIGIT with fractions, Roman numerals and the like. */
export const N = 16384;

/** A marker after the last code point of a scanned text. It is only in the classes that stop a run. */
export const END = 0x110000;

const UNDERSCORE = 0x5f;

/** log2 of the code points in a block of the table. Equal blocks are stored once, so the table needs 75 kB instead of 2.2 MB. */
const BLOCK_BITS = 7;
const BLOCK = 1 << BLOCK_BITS;

const { places, flags } = shareBlocks(buildFlags());

/** Whether the code point (or END) is in one of the classes in `mask`. */
export function is(codePoint: number | undefined, mask: number): boolean {
  const place = places[(codePoint as number) >> BLOCK_BITS] as number;
  return ((flags[place + ((codePoint as number) & (BLOCK - 1))] as number) & mask) !== 0;
}

/** Where each block's flags begin, and the flags of all different blocks. */
function shareBlocks(table: Uint16Array): { places: Uint16Array; flags: Uint16Array } {
  const places = new Uint16Array(table.length >> BLOCK_BITS);
  const known = new Map<number, number>();
  let end = 0; // distinct blocks are moved to the start of the table
  let place = -1;
  for (const index of places.keys()) {
    const from = index << BLOCK_BITS;
    if (place < 0 || !isSameBlock(table, place, from)) {
      const sum = checksum(table, from);
      place = known.get(sum) ?? -1;
      if (place < 0 || !isSameBlock(table, place, from)) {
        place = end;
        table.copyWithin(place, from, from + BLOCK);
        known.set(sum, place);
        end += BLOCK;
      }
    }
    places[index] = place;
  }
  return { places, flags: table.slice(0, end) };
}

function isSameBlock(table: Uint16Array, one: number, other: number): boolean {
  for (let i = 0; i < BLOCK; i++) if (table[one + i] !== table[other + i]) return false;
  return true;
}

function checksum(table: Uint16Array, from: number): number {
  let sum = 0;
  for (let i = from; i < from + BLOCK; i++) sum = (Math.imul(sum, 31) + (table[i] as number)) | 0;
  return sum;
}

function buildFlags(): Uint16Array {
  const table = new Uint16Array(END + BLOCK);
  const set = (codePoint: number, mask: number) => {
    table[codePoint] = (table[codePoint] as number) | mask;
  };
  const mark = (mask: number, characters: string) => {
    for (const character of characters) set(character.charCodeAt(0), mask);
  };
  const markRange = (mask: number, first: number, last: number) => {
    for (let codePoint = first; codePoint <= last; codePoint++) set(codePoint, mask);
  };
  for (const [first, last] of parseRanges(wordRanges)) table.fill(WORD | LETTER, first, last + 1);
  for (const [first, last] of parseRanges(letterRanges)) table.fill(WORD | LETTER | L, first, last + 1);
  for (const [first, last] of parseRanges(digitRanges)) table.fill(WORD | DIGIT, first, last + 1);
  table[UNDERSCORE] = WORD;
  for (const [first, last] of parseRanges(numberRanges)) markRange(N, first, last);

  const spaces =
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029";
  mark(SPACE | PYTHON_SPACE | URL_STOP | URL_TAIL_STOP, `${spaces}\u202f\u205f\u3000`);
  mark(PYTHON_SPACE, "\x1c\x1d\x1e\x1f");
  mark(URL_STOP, "()<>{}[]");
  mark(URL_TAIL_STOP, "`!()[]{};:'\".,<>?«»“”‘’");

  mark(LATIN | ALNUM, "\u0130\u017f\u212a");
  markRange(LATIN | ALNUM, 0x41, 0x5a);
  markRange(LATIN | ALNUM, 0x61, 0x7a);
  markRange(ALNUM, 0x30, 0x39);

  mark(PHONE_GAP, " *-.)");
  mark(EYES, ":;=8");
  mark(NOSE, "-oO*'");
  mark(MOUTH, ")][(dDpP/:}{@|\\");
  table[END] = SPACE | URL_STOP | URL_TAIL_STOP;
  return table;
}

/** Reads gaps and lengths as first and last code points. */
function parseRanges(ranges: string): [number, number][] {
  const numbers = ranges.split(" ").map((digits) => Number.parseInt(digits, 36));
  const parsed: [number, number][] = [];
  for (let i = 0, end = 0; i < numbers.length; i += 2) {
    const first = end + (numbers[i] as number);
    end = first + (numbers[i + 1] as number);
    parsed.push([first, end - 1]);
  }
  return parsed;
}
