import { expect, test } from "vitest";
import { MAX_TEXT_UTF16_UNITS } from "../../limits.ts";
import { faultOf, MAX_LINES, readLines } from "./lines.ts";

test("reads the lines of every system, without the empty ones, and keeps their numbers", () => {
  expect(readLines("a\r\n\r\n b \rc\n")).toEqual([
    { number: 1, text: "a" },
    { number: 3, text: "b" },
    { number: 4, text: "c" },
  ]);
});

test("accepts lists up to the limits, and names the first limit that is exceeded", () => {
  const long = (length: number) => readLines("x".repeat(length));
  expect(faultOf(long(MAX_TEXT_UTF16_UNITS))).toBeUndefined();
  expect(faultOf(long(MAX_TEXT_UTF16_UNITS + 1))).toContain("Line 1");
  const many = (count: number) => readLines("x\n".repeat(count));
  expect(faultOf(many(MAX_LINES))).toBeUndefined();
  expect(faultOf(many(MAX_LINES + 1))).toContain("5,001 lines");
});
