import { expect, it } from "vitest";
import { forEachGpt2Token } from "./gpt2-pattern.ts";

function tokens(word: string, afterSpace = false): string[] {
  const characters = Array.from(word);
  const found: string[] = [];
  forEachGpt2Token(
    characters.map((character) => character.codePointAt(0) as number),
    afterSpace,
    (from, to) => found.push(characters.slice(from, to).join("")),
  );
  return found;
}

it.each([
  ["we're", ["we", "'re"]],
  ["y'all'd've", ["y", "'", "all", "'d", "'ve"]],
  ["IT'S", ["IT", "'", "S"]],
  ["!'s", ["!'", "s"]],
  ["v2.0", ["v", "2", ".", "0"]],
  ["½Ⅷ٣x", ["½Ⅷ٣", "x"]],
  ["e\u0301a", ["e", "\u0301", "a"]],
  ["_a_", ["_", "a", "_"]],
  ["日本😂", ["日本", "😂"]],
  ["", []],
])("cuts %j", (word, expected) => {
  expect(tokens(word)).toEqual(expected);
});

it("finds no contraction right behind a space", () => {
  expect(tokens("'s")).toEqual(["'s"]);
  expect(tokens("'s", true)).toEqual(["'", "s"]);
});
