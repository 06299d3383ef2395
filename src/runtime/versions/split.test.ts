import { expect, test } from "vitest";
import { isChosen } from "./split.ts";

const texts = Array.from({ length: 20_000 }, (_, number) => `tweet number ${number}`);
const canary = { version: "a".repeat(64), percent: 5 };

test.each([0.5, 5, 50, 99])("a canary of %d percent gets that share of the texts", (percent) => {
  const chosen = texts.filter((text) => isChosen(text, { ...canary, percent }));
  expect(Math.abs((100 * chosen.length) / texts.length - percent)).toBeLessThan(1);
});

test("the same text always meets the same version", () => {
  for (const text of texts.slice(0, 100)) expect(isChosen(text, canary)).toBe(isChosen(text, canary));
});

test("a larger share has the texts of a smaller one", () => {
  const small = texts.filter((text) => isChosen(text, canary));
  expect(small.every((text) => isChosen(text, { ...canary, percent: 20 }))).toBe(true);
});

test("another canary gets other texts", () => {
  const of = (version: string) => new Set(texts.filter((text) => isChosen(text, { version, percent: 10 })));
  const [first, second] = [of("a".repeat(64)), of("b".repeat(64))];
  const both = [...first].filter((text) => second.has(text));
  expect(both.length / first.size).toBeLessThan(0.2);
});
