import { describe, expect, test } from "vitest";
import fixture from "../../../test/fixtures/hugging-face/aggregation.json";
import { softmax } from "../../runtime/heads.ts";
import type { AggregationStrategy } from "../schemas/hugging-face.ts";
import { aggregate } from "./aggregate.ts";

/** Pieces in fastBPE's notation. */
const textOf = (pieces: readonly string[]) => pieces.join(" ").replaceAll("@@ ", "");

const strategies: AggregationStrategy[] = ["none", "simple", "first", "average", "max"];

describe.each(strategies)("%s", (strategy) => {
  test(`makes of ${fixture.cases.length} texts what transformers ${fixture.transformers} makes`, () => {
    for (const { pieces, labels, ignored, expected } of fixture.cases) {
      const scored = pieces.map(({ logits, ...piece }) => ({
        ...piece,
        scores: softmax(Float32Array.from(logits), 1),
      }));
      const entities = aggregate(scored, labels, strategy, ignored, textOf);
      expect(entities).toEqual(expected[strategy].map((each) => ({ ...each, score: expect.closeTo(each.score, 5) })));
    }
  });
});

const piece = (word: string, index: number, continuesWord: boolean, ...scores: number[]) => ({
  word,
  index,
  start: 10 * index,
  end: 10 * index + 9,
  continuesWord,
  scores: Float32Array.from(scores),
});

const split = [piece("Ber@@", 1, false, 0.6, 0.25, 0.15), piece("lin", 2, true, 0.05, 0.125, 0.825)];
const labels = ["B-LOC", "I-LOC", "O"];

test("if the pieces of a word disagree, the strategy decides", () => {
  const whole = { word: "Berlin", start: 10, end: 29 };
  expect(aggregate(split, labels, "first", [], textOf)).toMatchObject([{ entity_group: "LOC", ...whole }]);
  expect(aggregate(split, labels, "max", [], textOf)).toMatchObject([{ entity_group: "O", ...whole }]);
  expect(aggregate(split, labels, "average", [], textOf)).toMatchObject([
    { entity_group: "O", score: expect.closeTo(0.4875, 6), ...whole },
  ]);
  expect(aggregate(split, labels, "simple", [], textOf)).toMatchObject([
    { entity_group: "LOC" },
    { entity_group: "O" },
  ]);
});

test("a tag set that isn't BIO keeps its tags whole", () => {
  const tags = ["-LRB-", "NN"];
  expect(aggregate([piece("(", 1, false, 0.9, 0.1)], tags, "simple", [], textOf)).toMatchObject([
    { entity_group: "-LRB-" },
  ]);
});

test("nothing is made of nothing", () => {
  for (const strategy of strategies) expect(aggregate([], labels, strategy, [], textOf)).toEqual([]);
});
