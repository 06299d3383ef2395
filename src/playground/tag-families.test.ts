import { expect, test } from "vitest";
import { familyOf } from "./tag-families.ts";

test.each([
  ["tweebank", "X", "mark"],
  ["ark", "X", "function"],
  ["ark", "#", "social"],
  ["ptb", "#", "mark"],
  ["ptb", "VBZ", "verb"],
  [undefined, "NOUN", "mark"],
] as const)("in %s, %s is of the family %s", (scheme, tag, family) => {
  expect(familyOf(scheme, tag)).toBe(family);
});
