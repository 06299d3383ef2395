import fc from "fast-check";
import { expect, it } from "vitest";
import { StringTable } from "./string-table.ts";

it("numbers strings as a Map of them would", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" })), fc.array(fc.string({ unit: "binary" })), (added, others) => {
      const table = StringTable.empty(added.length);
      const map = new Map<string, number>();
      for (const text of added) {
        if (!map.has(text)) map.set(text, map.size);
        expect(table.add(text)).toBe(map.get(text));
      }
      expect(table.size).toBe(map.size);
      for (const text of [...others, ...added]) expect(table.indexOf(text)).toBe(map.get(text) ?? -1);
      for (const [text, number] of map) expect(table.at(number)).toBe(text);
    }),
  );
});

it("grows beyond its first bytes, and keeps a byte-order mark", () => {
  const table = StringTable.empty(3);
  for (const text of ["\ufeff", "あ".repeat(50_000), "x".repeat(200_000)]) expect(table.at(table.add(text))).toBe(text);
});

it("does not take a lone surrogate for the character that UTF-8 writes in its place", () => {
  const table = StringTable.empty(1);
  table.add("\ufffd");
  expect(table.indexOf("\ud83d")).toBe(-1);
});
