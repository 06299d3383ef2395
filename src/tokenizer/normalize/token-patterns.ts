import { DIGIT, EYES, is, LETTER, MOUTH, NOSE, PHONE_GAP, SPACE, WORD } from "../python/char-class.ts";
import type { Matcher } from "./url.ts";

const APOSTROPHE = 0x27;
const AT = 0x40;
const DASH = 0x2d;
const DOT = 0x2e;
const GREATER = 0x3e;
const HASH = 0x23;
const LEFT = 0x28;
const LESS = 0x3c;
const PLUS = 0x2b;
const THREE = 0x33;
const ONE = 0x31;
const ZERO = 0x30;

/** `(?:\+?[01] gap*)?(?:\(?\d{3} gap*)?\d{3} gap*\d{4}`. */
export function phoneEnd(text: Int32Array, at: number): number {
  const sign = text[at] === PLUS ? 1 : 0;
  if (text[at + sign] === ZERO || text[at + sign] === ONE) {
    const end = localPhoneEnd(text, skipGap(text, at + sign + 1));
    if (end >= 0) return end;
  }
  return localPhoneEnd(text, at);
}

function localPhoneEnd(text: Int32Array, at: number): number {
  const area = text[at] === LEFT ? at + 1 : at;
  if (hasDigits(text, area, 3)) {
    const end = baseEnd(text, skipGap(text, area + 3));
    if (end >= 0) return end;
  }
  return baseEnd(text, at);
}

function baseEnd(text: Int32Array, at: number): number {
  if (!hasDigits(text, at, 3)) return -1;
  const base = skipGap(text, at + 3);
  return hasDigits(text, base, 4) ? base + 4 : -1;
}

function hasDigits(text: Int32Array, at: number, count: number): boolean {
  for (let i = 0; i < count; i++) if (!is(text[at + i], DIGIT)) return false;
  return true;
}

function skipGap(text: Int32Array, at: number): number {
  while (is(text[at], PHONE_GAP)) at++;
  return at;
}

/** ASCII emoticons: eyes, nose and mouth in either order, `<` or `>` beyond the eyes, and `<3`. */
export function emoticonEnd(text: Int32Array, at: number): number {
  const eyes = text[at] === LESS || text[at] === GREATER ? at + 1 : at;
  if (is(text[eyes], EYES)) {
    const mouth = is(text[eyes + 1], NOSE) ? eyes + 2 : eyes + 1;
    if (is(text[mouth], MOUTH)) return mouth + 1;
  }
  if (is(text[at], MOUTH)) {
    const end = is(text[at + 1], NOSE) ? at + 2 : at + 1;
    if (is(text[end], EYES)) return text[end + 1] === LESS || text[end + 1] === GREATER ? end + 2 : end + 1;
  }
  return text[at] === LESS && text[at + 1] === THREE ? at + 2 : -1;
}

/** `<[^>\s]+>`. */
export function tagMatcher(text: Int32Array): Matcher {
  let runEnd = 0;
  return (at) => {
    if (text[at] !== LESS) return -1;
    if (at >= runEnd) {
      runEnd = at;
      while (text[runEnd] !== GREATER && !is(text[runEnd], SPACE)) runEnd++;
    }
    return text[runEnd] === GREATER && runEnd > at + 1 ? runEnd + 1 : -1;
  };
}

/** `-+>` or `<-+`. */
export function arrowEnd(text: Int32Array, at: number): number {
  const first = text[at] === LESS ? at + 1 : at;
  let end = first;
  while (text[end] === DASH) end++;
  if (end === first) return -1;
  if (first > at) return end;
  return text[end] === GREATER ? end + 1 : -1;
}

/** `@\w+`. */
export function mentionEnd(text: Int32Array, at: number): number {
  if (text[at] !== AT || !is(text[at + 1], WORD)) return -1;
  return wordEnd(text, at + 1);
}

/** `#+\w+[\w'-]*\w+`: two word characters at least, and a word character last. */
export function hashtagEnd(text: Int32Array, at: number): number {
  let first = at;
  while (text[first] === HASH) first++;
  if (first === at || !is(text[first], WORD)) return -1;
  let last = first;
  for (let i = first; is(text[i], WORD) || text[i] === APOSTROPHE || text[i] === DASH; i++) {
    if (is(text[i], WORD)) last = i;
  }
  return last > first ? last + 1 : -1;
}

/** `[\w.+-]+@[\w-]+\.(?:[\w-]\.?)+[\w-]`. What stands from the @ on is read once for all positions before it. */
export function emailMatcher(text: Int32Array): Matcher {
  let nameEnd = 0;
  let end = -1;
  return (at) => {
    if (at >= nameEnd) {
      nameEnd = at;
      while (isHostCharacter(text[nameEnd]) || text[nameEnd] === DOT || text[nameEnd] === PLUS) nameEnd++;
      end = text[nameEnd] === AT ? mailHostEnd(text, nameEnd + 1) : -1;
    }
    return nameEnd > at ? end : -1;
  };
}

function mailHostEnd(text: Int32Array, at: number): number {
  let i = at;
  while (isHostCharacter(text[i])) i++;
  if (i === at || text[i] !== DOT) return -1;
  let last = -1;
  let count = 0;
  for (i++; isHostCharacter(text[i]); i++) {
    last = i;
    count++;
    if (text[i + 1] === DOT) i++;
  }
  return count > 1 ? last + 1 : -1;
}

function isHostCharacter(codePoint: number | undefined): boolean {
  return is(codePoint, WORD) || codePoint === DASH;
}

/** A word of three characters or more with letters at both ends, and letters, `'`, `-` or `_` between them. */
export function letterWordEnd(text: Int32Array, at: number): number {
  if (!is(text[at], LETTER)) return -1;
  let last = at;
  for (let i = at + 1; ; i++) {
    const codePoint = text[i] as number;
    if (is(codePoint, LETTER)) last = i;
    else if (codePoint !== APOSTROPHE && codePoint !== DASH && codePoint !== 0x5f) break;
  }
  return last >= at + 2 ? last + 1 : -1;
}

/** `[+\-]?\d+[,/.:-]\d+[+\-]?`. */
export function numberEnd(text: Int32Array, at: number): number {
  const first = text[at] === PLUS || text[at] === DASH ? at + 1 : at;
  const separator = digitsEnd(text, first);
  if (separator === first || !isNumberSeparator(text[separator])) return -1;
  const end = digitsEnd(text, separator + 1);
  if (end === separator + 1) return -1;
  return text[end] === PLUS || text[end] === DASH ? end + 1 : end;
}

/** `,` `-` `.` `/` are neighbours in ASCII. */
function isNumberSeparator(codePoint: number | undefined): boolean {
  return ((codePoint as number) >= 0x2c && (codePoint as number) <= 0x2f) || codePoint === 0x3a;
}

function digitsEnd(text: Int32Array, at: number): number {
  while (is(text[at], DIGIT)) at++;
  return at;
}

/** The end of the run of word characters that begins at `at`. */
export function wordEnd(text: Int32Array, at: number): number {
  while (is(text[at], WORD)) at++;
  return at;
}

/** `\.(?:\s*\.)+`. */
export function ellipsisEnd(text: Int32Array, at: number): number {
  if (text[at] !== DOT) return -1;
  let end = -1;
  for (let i = at + 1; ; i++) {
    if (text[i] === DOT) end = i + 1;
    else if (!is(text[i], SPACE)) return end;
  }
}

/** Whether a URL, a naked domain or an e-mail address may begin with this code point. */
export function mayBeginHost(codePoint: number | undefined): boolean {
  return is(codePoint, WORD) || codePoint === DOT || codePoint === DASH || codePoint === PLUS;
}
