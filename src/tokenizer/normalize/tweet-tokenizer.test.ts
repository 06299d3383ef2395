import { describe, expect, it } from "vitest";
import { toSpanText, toText } from "../span-text.ts";
import { tokenizeTweet } from "./tweet-tokenizer.ts";

function tokens(text: string): string[] {
  const { codePoints } = toSpanText(text, 0, text.length);
  const bounds = tokenizeTweet(codePoints);
  return bounds.flatMap((from, i) => (i % 2 === 0 ? [toText(codePoints, from, bounds[i + 1] as number)] : []));
}

describe("tokenizeTweet", () => {
  it.each([
    ["This is #dummysmiley: :-) :-P <3 -> <--", ["This", "is", "#dummysmiley", ":", ":-)", ":-P", "<3", "->", "<--"]],
    ["see http://a.b/(c)d, ok", ["see", "http://a.b/(c)d", ",", "ok"]],
    ["http:((((", ["http", ":(", "(", "(", "("]],
    ["foo.na@example.com", ["foo.na@example.com"]],
    ["x.com/ @y.com", ["x.com/", "@y", ".", "com"]],
    ["+1 (555) 123-4567", ["+1 (555) 123-4567"]],
    ["don't rock-n-roll a-", ["don't", "rock-n-roll", "a", "-"]],
    ["10:30 1,000.5", ["10:30", "1,000", ".", "5"]],
    [". . .x", [". . .", "x"]],
    ["<b>hi</b>", ["<b>", "hi", "</b>"]],
    ["日本語 👍🏽", ["日本語", "👍", "🏽"]],
  ])("cuts %j", (text, expected) => {
    expect(tokens(text)).toEqual(expected);
  });
});
