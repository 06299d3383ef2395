import {
  emptySpanText,
  push,
  pushRange,
  pushReplacement,
  type Report,
  type RewriteKind,
  type SpanText,
} from "../span-text.ts";
import { respaceContractions } from "./contractions.ts";
import { replaceEntities } from "./entities.ts";
import { plainPunctuation, replaceQuotes } from "./quotes.ts";
import { shortenRuns } from "./shorten.ts";
import { tokenizeTweet } from "./tweet-tokenizer.ts";

const SPACE = 0x20;
const AT = 0x40;

/** Names of emoji that are one code point long, as `emoji.demojize` writes them. */
export type EmojiNames = ReadonlyMap<number, string>;

/**
 * BERTweet's `normalizeTweet` without its last step, which joins words by single spaces: split the result at Python's white space.
 *
 * @see https://github.com/VinAIResearch/BERTweet/blob/master/TweetNormalizer.py
 */
export function normalizeTweet(text: SpanText, emoji: EmojiNames, report: Report): SpanText {
  const tweet = shortenRuns(replaceEntities(replaceQuotes(text, report), report), report);
  const bounds = tokenizeTweet(tweet.codePoints);
  const out = emptySpanText();
  for (let i = 0; i < bounds.length; i += 2) {
    const [from, to] = [bounds[i] as number, bounds[i + 1] as number];
    const start = tweet.starts[from] as number;
    if (i > 0) push(out, SPACE, start, start);
    normalizeToken(out, tweet, from, to, emoji, report);
  }
  return respaceContractions(out, report);
}

/**
 * BERTweet's normalization of a word of pre-tokenized input: entities and curly quotes, then as a token.
 * The result may be empty, and may contain white space.
 */
export function normalizeWord(text: SpanText, emoji: EmojiNames, report: Report): SpanText {
  const word = replaceQuotes(replaceEntities(text, report), report);
  const out = emptySpanText();
  if (word.codePoints.length > 0) normalizeToken(out, word, 0, word.codePoints.length, emoji, report);
  return out;
}

/** Appends the token `from` to `to`: mentions, URLs and emoji by name, everything else as it is. */
function normalizeToken(
  out: SpanText,
  text: SpanText,
  from: number,
  to: number,
  emoji: EmojiNames,
  report: Report,
): void {
  const name = nameOf(text.codePoints, from, to, emoji);
  if (name === undefined) {
    pushRange(out, text, from, to);
  } else {
    pushReplacement(out, name.text, text, from, to);
    report(name.kind, name.text, text.starts[from] as number, text.ends[to - 1] as number);
  }
}

function nameOf(
  codePoints: number[],
  from: number,
  to: number,
  emoji: EmojiNames,
): { kind: RewriteKind; text: string } | undefined {
  const first = codePoints[from] as number;
  if (first === AT) return { kind: "mention", text: "@USER" };
  const isUrl = beginsWith(codePoints, from, to, "http") || beginsWith(codePoints, from, to, "www");
  if (isUrl) return { kind: "url", text: "HTTPURL" };
  if (to - from > 1) return undefined;
  const plain = plainPunctuation(first);
  if (plain !== undefined) return { kind: "quote", text: plain };
  const name = emoji.get(first);
  return name === undefined ? undefined : { kind: "emoji", text: name };
}

/** Whether the token begins with `prefix`, in lower-case ASCII letters, in any case. */
function beginsWith(codePoints: number[], from: number, to: number, prefix: string): boolean {
  if (to - from < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) {
    const letter = prefix.charCodeAt(i);
    if (codePoints[from + i] !== letter && codePoints[from + i] !== letter - 32) return false;
  }
  return true;
}
