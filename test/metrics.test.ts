import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Answer, bootstrapInterval, findMetric, measure, UNREAD } from "../scripts/metrics.ts";
import { sample, seededRandom } from "../scripts/random.ts";
import { parseConll, parseJsonLines } from "../scripts/task_data.ts";

interface Side<Labels> {
  gold: Labels[];
  predicted: Labels[];
  figures: Record<string, number>;
}
/** What scikit-learn and seqeval say: test/fixtures/metrics/make_metrics.py. */
const fixture = JSON.parse(readFileSync("test/fixtures/metrics/metrics.json", "utf8")) as {
  classification: Side<string>;
  tagging: Side<string[]>;
};
const figureOf = (metric: string, answers: Answer[]) => measure(findMetric(metric)(answers));
const pair = (gold: string, predicted: string): Answer => ({ gold: gold.split(" "), predicted: predicted.split(" ") });

test.each(Object.entries(fixture.classification.figures))("%s of texts is scikit-learn's", (metric, figure) => {
  const { gold, predicted } = fixture.classification;
  const answers = gold.map((label, index) => ({ gold: [label], predicted: [predicted[index] as string] }));
  expect(figureOf(metric, answers)).toBeCloseTo(figure, 12);
});

test.each(Object.entries(fixture.tagging.figures))("%s of words is scikit-learn's or seqeval's", (metric, figure) => {
  const { gold, predicted } = fixture.tagging;
  const answers = gold.map((tags, index) => ({ gold: tags, predicted: predicted[index] as string[] }));
  expect(figureOf(metric, answers)).toBeCloseTo(figure, 12);
});

test("a word that was not read is wrong, and outside of every entity", () => {
  expect(figureOf("accuracy", [pair("N V", `N ${UNREAD}`)])).toBe(0.5);
  expect(figureOf("entity_f1", [pair("B-x O B-x", `B-x ${UNREAD} ${UNREAD}`)])).toBeCloseTo(2 / 3, 12);
});

test("an entity counts only with its whole span and its type", () => {
  expect(figureOf("entity_f1", [pair("B-x I-x O", "B-x O O")])).toBe(0);
  expect(figureOf("entity_f1", [pair("B-x I-x O", "B-y I-y O")])).toBe(0);
});

test("a metric that nobody knows is refused", () => {
  expect(() => findMetric("bleu")).toThrow("bleu");
});

test("the interval of an accuracy is about the binomial one, and the same at every call", () => {
  const random = seededRandom(7);
  const tally = findMetric("accuracy")(Array.from({ length: 1000 }, () => pair("a", random() < 0.8 ? "a" : "b")));
  const figure = measure(tally);
  const half = 1.96 * Math.sqrt((figure * (1 - figure)) / 1000);
  const [low, high] = bootstrapInterval(tally);
  expect(low).toBeCloseTo(figure - half, 2);
  expect(high).toBeCloseTo(figure + half, 2);
  expect(bootstrapInterval(tally)).toEqual([low, high]);
});

test("texts are resampled whole: two words of one text are worth no more than one", () => {
  const one = Array.from({ length: 200 }, (_, index) => pair("a", index % 2 ? "a" : "b"));
  const two = Array.from({ length: 200 }, (_, index) => pair("a a", index % 2 ? "a a" : "b b"));
  expect(bootstrapInterval(findMetric("accuracy")(two))).toEqual(bootstrapInterval(findMetric("accuracy")(one)));
});

test("50,000 texts of twenty classes are resampled a thousand times in seconds", () => {
  const random = seededRandom(3);
  const label = () => `label-${Math.floor(random() * 20)}`;
  const [low, high] = bootstrapInterval(
    findMetric("macro_f1")(Array.from({ length: 50_000 }, () => pair(label(), label()))),
  );
  expect(low).toBeGreaterThan(0.04);
  expect(high).toBeLessThan(0.06);
});

test("a sample holds as many rows as were asked for, in order, each one as likely", () => {
  const rows = Array.from({ length: 10 }, (_, index) => index);
  const seen = new Map(rows.map((row) => [row, 0]));
  for (let seed = 0; seed < 4000; seed++) {
    const drawn = sample(rows, 3, seed * 7919);
    expect(drawn).toEqual([...new Set(drawn)].sort((a, b) => a - b));
    expect(drawn).toHaveLength(3);
    for (const row of drawn) seen.set(row, (seen.get(row) as number) + 1);
  }
  for (const times of seen.values()) expect(Math.abs(times / 4000 - 0.3)).toBeLessThan(0.05);
  expect(sample(rows, 50, 1)).toEqual(rows);
});

test("CoNLL is read with either kind of line end", () => {
  const tweets = [
    { input: { tokens: ["Off", "to"] }, gold: ["ADP", "ADP"] },
    { input: { tokens: ["Berlin"] }, gold: ["PROPN"] },
  ];
  expect(parseConll("Off\tADP\nto\tADP\n\nBerlin\tPROPN\n\n")).toEqual(tweets);
  expect(parseConll("Off\tADP\r\nto\tADP\r\n\r\nBerlin\tPROPN\r\n")).toEqual(tweets);
});

test("JSON lines may have numbers as labels, and texts that are empty, which nobody can be asked about", () => {
  const lines = [
    '{"text":"a","label":1}',
    '{"text":" ","label":"x"}',
    '{"text":"","label":"x"}',
    '{"text":"b","label":"x"}',
  ];
  expect(parseJsonLines(lines.join("\n"))).toEqual([
    { input: { text: "a" }, gold: ["1"] },
    { input: { text: "b" }, gold: ["x"] },
  ]);
});
