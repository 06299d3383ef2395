import { describe, expect, it } from "vitest";
import { pythonInt } from "./integers.ts";

const codePoints = (text: string) => Array.from(text, (character) => character.codePointAt(0) as number);

describe("pythonInt", () => {
  it.each([
    ["65", 10, 65],
    ["+5", 10, 5],
    ["-0", 10, 0],
    ["1_0", 10, 10],
    ["٣_٤", 10, 34],
    ["0x_41", 16, 65],
    ["٣f", 16, 63],
    ["-0x5", 16, -5],
  ] as const)("reads %j in base %i as %i", (text, base, value) => {
    expect(pythonInt(codePoints(text), base)).toBe(value);
  });

  it.each(["", "_4", "4_", "4__1", "+-5", "\x1c5", "0x41", "½", "1".repeat(4301)])("refuses %j in base 10", (text) => {
    expect(pythonInt(codePoints(text), 10)).toBeUndefined();
  });
});
