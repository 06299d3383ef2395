import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeBio, isBio } from "./bio.ts";

const LABELS = ["B-per", "B-loc", "I-per", "I-loc", "O"];
const decode = (...rows: number[][]) =>
  decodeBio(
    rows.map((row) => Float32Array.from(row)),
    LABELS,
  ).map((i) => LABELS[i]);

test("tags that are valid as they are stay the best of each word", () => {
  expect(decode([0.8, 0.05, 0.05, 0.05, 0.05], [0.05, 0.05, 0.8, 0.05, 0.05], [0.1, 0.1, 0.1, 0.1, 0.6])).toEqual([
    "B-per",
    "I-per",
    "O",
  ]);
});

test("an I- that nothing begins loses to the sequence that makes sense of it", () => {
  expect(decode([0.4, 0.02, 0.02, 0.02, 0.54], [0.05, 0.02, 0.9, 0.02, 0.01])).toEqual(["B-per", "I-per"]);
  expect(decode([0.01, 0.01, 0.96, 0.01, 0.01])).not.toEqual(["I-per"]);
});

test("no words have no tags", () => {
  expect(decode()).toEqual([]);
});

test("the answer is the best of all valid sequences", () => {
  const row = fc.array(fc.float({ min: Math.fround(0.01), max: 1, noNaN: true }), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), (rows) => {
      const score = (path: number[]) => path.reduce((sum, tag, word) => sum + Math.log(rows[word]?.[tag] as number), 0);
      const valid = (path: number[]) =>
        path.every((tag, word) => {
          const label = LABELS[tag] as string;
          const before = LABELS[path[word - 1] ?? 4] as string;
          return !label.startsWith("I-") || before.slice(2) === label.slice(2);
        });
      let paths: number[][] = [[]];
      for (const _ of rows) paths = paths.flatMap((path) => LABELS.map((_, tag) => [...path, tag]));
      const best = Math.max(...paths.filter(valid).map(score));
      const found = decodeBio(
        rows.map((each) => Float32Array.from(each)),
        LABELS,
      );
      expect(valid(found)).toBe(true);
      expect(score(found)).toBeCloseTo(best, 5);
    }),
  );
});

test("tag sets of entities are BIO, those of parts of speech are not", () => {
  expect(isBio(LABELS)).toBe(true);
  expect(isBio(["NOUN", "VERB"])).toBe(false);
  expect(isBio(["O", "B-x", "X"])).toBe(false);
});
