import { END, is, LETTER, SPACE, WORD } from "../python/char-class.ts";
import {
  arrowEnd,
  ellipsisEnd,
  emailMatcher,
  emoticonEnd,
  hashtagEnd,
  letterWordEnd,
  mayBeginHost,
  mentionEnd,
  numberEnd,
  phoneEnd,
  tagMatcher,
  wordEnd,
} from "./token-patterns.ts";
import { domainMatcher, urlMatcher } from "./url.ts";

/**
 * Cuts text into tokens like the regular expression of NLTK's TweetTokenizer: at each position the first
 * matching alternative wins, not the longest. It is hand-written, so that no input causes backtracking.
 *
 * @returns pairs of begin and end, indices into `codePoints`
 * @see https://github.com/nltk/nltk/blob/develop/nltk/tokenize/casual.py (as of 2020, which BERTweet uses)
 */
export function tokenizeTweet(codePoints: number[]): number[] {
  const text = new Int32Array(codePoints.length + 1);
  text.set(codePoints);
  text[codePoints.length] = END;
  const match = tokenMatcher(text);
  const bounds: number[] = [];
  for (let at = 0; at < codePoints.length; ) {
    if (is(text[at], SPACE)) {
      at++;
      continue;
    }
    const end = match(at);
    bounds.push(at, end);
    at = end;
  }
  return bounds;
}

/** The alternatives in their order; the last one takes any single character. */
function tokenMatcher(text: Int32Array): (at: number) => number {
  const urlEnd = urlMatcher(text);
  const domainEnd = domainMatcher(text);
  const tagEnd = tagMatcher(text);
  const emailEnd = emailMatcher(text);
  return (at) => {
    const inHost = mayBeginHost(text[at]);
    let end = -1;
    if (inHost) {
      end = urlEnd(at);
      if (end < 0) end = domainEnd(at);
    }
    if (end < 0 && !is(text[at], LETTER)) end = phoneEnd(text, at);
    if (end < 0) end = emoticonEnd(text, at);
    if (end < 0) end = tagEnd(at);
    if (end < 0) end = arrowEnd(text, at);
    if (end < 0) end = mentionEnd(text, at);
    if (end < 0) end = hashtagEnd(text, at);
    if (end < 0 && inHost) end = emailEnd(at);
    if (end < 0) end = letterWordEnd(text, at);
    if (end < 0) end = numberEnd(text, at);
    if (end < 0 && is(text[at], WORD)) end = wordEnd(text, at);
    if (end < 0) end = ellipsisEnd(text, at);
    return end < 0 ? at + 1 : end;
  };
}
