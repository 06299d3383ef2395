import { describe, expect, it } from "vitest";
import { createSegmenter } from "./bpe.ts";
import { parseMerges } from "./merges.ts";
import { parseVocabulary } from "./vocabulary.ts";

function pieces(merges: string, word: string): string[] {
  const codePoints = Array.from(word, (character) => character.codePointAt(0) as number);
  return createSegmenter(parseMerges(merges), parseVocabulary("a 1\n"))(codePoints, 0, codePoints.length).pieces;
}

describe("a segmenter", () => {
  it("merges the earliest pair first, from left to right", () => {
    expect(pieces("b c 9\na b 8\n", "abcd")).toEqual(["a@@", "bc@@", "d"]);
    expect(pieces("b c</w> 9\na b 8\n", "abc")).toEqual(["a@@", "bc"]);
    expect(pieces("a a 9\n", "aaaa")).toEqual(["aa@@", "a@@", "a"]);
  });

  it("merges a pair everywhere before a pair that the merge makes, even an earlier one", () => {
    // "abc" also comes from "ab" + "c", and "abc" + "a" has the lower rank, but the second "a" is taken already.
    const merges = "b c 9\na z 9\nabc a 9\na bc 9\n";
    expect(pieces(merges, "abcabcx")).toEqual(["abc@@", "abc@@", "x"]);
  });

  it("tells words with lone surrogates from the character they would form", () => {
    const segment = createSegmenter(parseMerges(""), parseVocabulary("a 1\n"));
    expect(segment([0x1f600], 0, 1).pieces).toEqual(["😀"]);
    expect(segment([0xd83d, 0xde00], 0, 2).pieces).toEqual(["\ud83d@@", "\ude00"]);
  });

  it("ignores a last merge without a line feed, as the reference does", () => {
    expect(pieces("a b 1\nab c</w> 1", "abc")).toEqual(["ab@@", "c"]);
  });
});
