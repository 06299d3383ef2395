import { expect, test } from "vitest";
import { toCsv } from "./csv.ts";
import type { LabelledLine } from "./label-lines.ts";

const line = (text: string): LabelledLine => ({
  number: 3,
  text,
  labels: [{ label: "positive", score: 0.9 }],
  tokens: { total: 200, used: 128 },
});

const cellsOf = (text: string) => toCsv([line(text)], ["sentiment"]).split("\r\n")[1];

test("has a line for each text: the most likely label, its score, and how much was read", () => {
  expect(toCsv([line("hi 😍")], ["sentiment"])).toBe(
    "\uFEFFline,text,sentiment,sentiment_score,tokens,tokens_read\r\n3,hi 😍,positive,0.9,200,128\r\n",
  );
});

test.each([
  ["a, b", '"a, b"'],
  ['say "hi"', '"say ""hi"""'],
  ["=HYPERLINK(1)", "'=HYPERLINK(1)"],
  ["+1 so true", "'+1 so true"],
  ["-1", "'-1"],
  ["@anna hi", "'@anna hi"],
])("writes %s so that spreadsheets take it for a text", (text, cell) => {
  expect(cellsOf(text)).toBe(`3,${cell},positive,0.9,200,128`);
});
