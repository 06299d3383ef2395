import { describe, expect, it } from "vitest";
import { parseFastBpe } from "./fastbpe.ts";

const codePointsOf = (text: string) => Array.from(text, (character) => character.codePointAt(0) as number);

/** The pieces of a word, with a vocabulary that has all possible pieces. */
function pieces(merges: string, word: string): string[] {
  const { vocabulary, segment } = parseFastBpe({ vocab: `${known.join(" 1\n")} 1\n`, merges });
  return segment(codePointsOf(word), true).ids.map(vocabulary.pieceOf);
}

const known = ["a@@", "bc@@", "d", "bc", "aa@@", "a", "abc@@", "x", "ab@@", "c"];

describe("parseFastBpe", () => {
  it("merges the earliest pair first, from left to right", () => {
    expect(pieces("b c 9\na b 8\n", "abcd")).toEqual(["a@@", "bc@@", "d"]);
    expect(pieces("b c</w> 9\na b 8\n", "abc")).toEqual(["a@@", "bc"]);
    expect(pieces("a a 9\n", "aaaa")).toEqual(["aa@@", "a@@", "a"]);
  });

  it("merges a pair everywhere before a pair that the merge makes, even an earlier one", () => {
    // "ab" + "c" also makes "abc", and "abc" + "a" has the lower rank. But the second "a" is already used.
    const merges = "b c 9\na z 9\nabc a 9\na bc 9\n";
    expect(pieces(merges, "abcabcx")).toEqual(["abc@@", "abc@@", "x"]);
  });

  it("ignores a last merge without a line feed, as the reference does", () => {
    expect(pieces("a b 1\nab c</w> 1", "abc")).toEqual(["ab@@", "c"]);
  });

  it("tells words with lone surrogates from the character they would form", () => {
    const { vocabulary, segment } = parseFastBpe({ vocab: "😀 1\n\ufffd@@ 1\n\ufffd 1\n", merges: "" });
    expect(segment([0x1f600], true).ids).toEqual([4]);
    expect(segment([0xd83d, 0xde00], true)).toEqual({ ids: [3, 3], from: [0, 1], to: [1, 2] });
    expect(vocabulary.unkId).toBe(3);
  });
});
