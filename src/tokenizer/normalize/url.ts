import { ALNUM, is, LATIN, SPACE, URL_STOP, URL_TAIL_STOP, WORD } from "../python/char-class.ts";

const AT = 0x40;
const COLON = 0x3a;
const DASH = 0x2d;
const DOT = 0x2e;
const LEFT = 0x28;
const PERCENT = 0x25;
const RIGHT = 0x29;
const SLASH = 0x2f;
const LONG_S = 0x17f;
const MIN_TLD = 2;
const MAX_TLD = 13;

/** The end of a match that begins at `at`; -1 if there is none. Call it with positions that do not decrease. */
export type Matcher = (at: number) => number;

/**
 * The first URL pattern of TweetTokenizer: `https?:` or a host with a slash after it, then a body in which parentheses are
 * balanced one level deep, and an end that is not punctuation.
 */
export function urlMatcher(text: Int32Array): Matcher {
  const bodyEnd = urlBodyMatcher(text);
  let hostEnd = 0;
  return (at) => {
    const end = afterScheme(text, at, bodyEnd);
    if (end >= 0) return end;
    if (at >= hostEnd) {
      hostEnd = at;
      while (is(text[hostEnd], ALNUM) || text[hostEnd] === DOT || text[hostEnd] === DASH) hostEnd++;
    }
    return text[hostEnd] === SLASH && endsWithTld(text, at, hostEnd) ? bodyEnd(at, hostEnd + 1) : -1;
  };
}

type BodyMatcher = (at: number, bodyStart: number) => number;

function afterScheme(text: Int32Array, at: number, bodyEnd: BodyMatcher): number {
  if (!isLetter(text[at], "h") || !isLetter(text[at + 1], "t") || !isLetter(text[at + 2], "t")) return -1;
  if (!isLetter(text[at + 3], "p")) return -1;
  let i = at + 4;
  if (isLetter(text[i], "s") || text[i] === LONG_S) i++;
  if (text[i] !== COLON) return -1;
  i++;
  if (is(text[i], ALNUM) || text[i] === PERCENT) return bodyEnd(at, i + 1);
  let slashes = 0;
  while (slashes < 3 && text[i + slashes] === SLASH) slashes++;
  for (; slashes > 0; slashes--) {
    const end = bodyEnd(at, i + slashes);
    if (end >= 0) return end;
  }
  return -1;
}

function isLetter(codePoint: number | undefined, letter: string): boolean {
  return ((codePoint as number) | 0x20) === letter.charCodeAt(0);
}

/** Whether the host from `at` to `end` has a dot, not at its start, with only a top-level domain after it. */
function endsWithTld(text: Int32Array, at: number, end: number): boolean {
  let letters = 0;
  while (letters <= MAX_TLD && end - 1 - letters > at && is(text[end - 1 - letters], LATIN)) letters++;
  const dot = end - 1 - letters;
  return letters >= MIN_TLD && letters <= MAX_TLD && dot > at && text[dot] === DOT;
}

/**
 * The end of a URL that begins at `at`; -1 if there is none. `bodyStart` is the position after the URL's prefix.
 *
 * The reference backtracks, and takes exponential time on bad input. Here its result for each position is computed once,
 * backwards from the end of the non-space run. So the cost is linear.
 */
function urlBodyMatcher(text: Int32Array): BodyMatcher {
  // tail[i]: the result at i after a part of the body has been read; loop[i]: the same if another part must follow.
  let tail: Int32Array | undefined;
  let loop: Int32Array | undefined;
  let computedTo = 0;
  return (at, bodyStart) => {
    tail ??= new Int32Array(text.length);
    loop ??= new Int32Array(text.length);
    if (at >= computedTo) computedTo = computeUrlTails(text, at, tail, loop);
    return bodyStart < computedTo ? (loop[bodyStart] as number) : -1;
  };
}

/** Fills `tail` and `loop` from `from` to the end of the non-space run, and returns that end. */
function computeUrlTails(text: Int32Array, from: number, tail: Int32Array, loop: Int32Array): number {
  let runEnd = from;
  while (!is(text[runEnd], SPACE)) runEnd++;
  tail[runEnd] = -1;
  // The next three parentheses behind i, and the nearest ")" at i + 1, and at i + 2 or later: any, and one after which
  // the URL can go on.
  let [paren1, paren2, paren3] = [-1, -1, -1];
  let [close1, close2, goodClose1, goodClose2] = [-1, -1, -1, -1];
  for (let i = runEnd - 1; i >= from; i--) {
    const codePoint = text[i] as number;
    loop[i] = -1;
    tail[i] = -1;
    if (codePoint === LEFT) {
      const nested = isNested(text, i, paren1, paren2, paren3) ? paren3 + 1 : -1;
      if (nested >= 0 && (tail[nested] as number) >= 0) loop[i] = tail[nested] as number;
      else if (goodClose2 >= 0) loop[i] = tail[goodClose2 + 1] as number;
      if ((loop[i] as number) >= 0) tail[i] = loop[i] as number;
      else tail[i] = nested >= 0 ? nested : close2 >= 0 ? close2 + 1 : -1;
    } else if (!is(codePoint, URL_STOP)) {
      loop[i] = tail[i + 1] as number;
      tail[i] = (loop[i] as number) >= 0 || is(codePoint, URL_TAIL_STOP) ? (loop[i] as number) : i + 1;
    }
    close2 = close1;
    goodClose2 = goodClose1;
    if (codePoint === RIGHT) {
      close1 = i;
      if ((tail[i + 1] as number) >= 0) goodClose1 = i;
    }
    if (codePoint === LEFT || codePoint === RIGHT) [paren1, paren2, paren3] = [i, paren1, paren2];
  }
  return runEnd;
}

/** `\([^\s()]*?\([^\s()]+\)[^\s()]*?\)` at `at`, the next parentheses being `first`, `second` and `third`. */
function isNested(text: Int32Array, at: number, first: number, second: number, third: number): boolean {
  if (first <= at || third < 0) return false;
  return text[first] === LEFT && text[second] === RIGHT && second > first + 1 && text[third] === RIGHT;
}

/**
 * The second URL pattern, naked domains: `(?<!@)[a-z0-9]+(?:[.\-][a-z0-9]+)*[.][a-z]{2,13}\b/?(?!@)`. Only the last dot of
 * the chain with a top-level domain after it counts. It is the same dot from every earlier position in the chain.
 */
export function domainMatcher(text: Int32Array): Matcher {
  let chainEnd = 0;
  let lastDot = -1;
  let lastEnd = -1;
  return (at) => {
    if (!is(text[at], ALNUM) || text[at - 1] === AT) return -1;
    if (at >= chainEnd) {
      lastDot = -1;
      chainEnd = at;
      for (;;) {
        while (is(text[chainEnd], ALNUM)) chainEnd++;
        const end = text[chainEnd] === DOT ? tldEnd(text, chainEnd) : -1;
        if (end >= 0) [lastDot, lastEnd] = [chainEnd, end];
        if ((text[chainEnd] !== DOT && text[chainEnd] !== DASH) || !is(text[chainEnd + 1], ALNUM)) break;
        chainEnd++;
      }
    }
    return lastDot > at ? lastEnd : -1;
  };
}

/** The end of `[.][a-z]{2,13}\b/?(?!@)` with its dot at `dot`; -1 if it does not match. */
function tldEnd(text: Int32Array, dot: number): number {
  let end = dot + 1;
  while (is(text[end], LATIN) && end - dot <= MAX_TLD + 1) end++;
  const letters = end - dot - 1;
  if (letters < MIN_TLD || letters > MAX_TLD || is(text[end], WORD) || text[end] === AT) return -1;
  return text[end] === SLASH && text[end + 1] !== AT ? end + 1 : end;
}
