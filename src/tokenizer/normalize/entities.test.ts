import { describe, expect, it } from "vitest";
import { toSpanText, toText } from "../span-text.ts";
import { replaceEntities } from "./entities.ts";

function replaced(text: string): string {
  const { codePoints } = replaceEntities(toSpanText(text, 0, text.length), () => undefined);
  return toText(codePoints, 0, codePoints.length);
}

describe("replaceEntities", () => {
  it.each([
    ["Fish &amp; chips", "Fish & chips"],
    ["&#128512;&#x27;&x41;", "😀'A"],
    ["&#150;&#129;", "–"],
    ["&foo;&xi;&;&amp", "&;&amp"],
    ["&am&lt;", "&am<"],
    ["a &b c;", "a &b c;"],
  ])("writes %j as %j", (text, expected) => {
    expect(replaced(text)).toBe(expected);
  });

  it("gives the character the span of the entity", () => {
    const text = "a&lt;b";
    const { starts, ends } = replaceEntities(toSpanText(text, 0, text.length), () => undefined);
    expect([starts, ends]).toEqual([
      [0, 1, 5],
      [1, 5, 6],
    ]);
  });
});
