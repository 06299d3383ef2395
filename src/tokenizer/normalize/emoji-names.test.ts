import { expect, it } from "vitest";
import { parseEmojiNames } from "./emoji-names.ts";

it("reads the names by code point", () => {
  expect(parseEmojiNames('{"😂":":joy:","\\ufe0f":""}')).toEqual(
    new Map([
      [0x1f602, ":joy:"],
      [0xfe0f, ""],
    ]),
  );
});

it("refuses what is not one character and its name", () => {
  expect(() => parseEmojiNames('{"ab":":x:"}')).toThrow("one character");
  expect(() => parseEmojiNames('{"a":1}')).toThrow("one character");
  expect(() => parseEmojiNames("null")).toThrow("expected an object");
});
