import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { inNode, startService } from "./service.ts";

type Probabilities = Record<string, number>;
const { texts } = JSON.parse(await readFile("test/fixtures/parity/parity.json", "utf8")) as {
  texts: ({ text: string } & Record<"sentiment" | "irony", Probabilities> &
    Record<"pos/tweebank" | "ner/wnut17", string[]>)[];
};

const CLASSIFICATIONS = ["sentiment", "irony"] as const;
const TAGGINGS = ["pos/tweebank", "ner/wnut17"] as const;

type Results = Record<(typeof CLASSIFICATIONS)[number], { scores: { label: string; score: number }[] }> &
  Record<(typeof TAGGINGS)[number], { words: { tag: string }[] }>;

const BATCH = 50;
const likeliest = (scores: Probabilities) => Object.entries(scores).sort(([, a], [, b]) => b - a)[0]?.[0];

describe.each(inNode ? ["simd"] : ["ort", "simd"])("int8 by %s", (engine) => {
  const { post } = startService({ seeded: true, vars: { ENGINE: engine } });
  const answers: Results[] = [];

  // One pass answers all four tasks of a text.
  beforeAll(async () => {
    for (let start = 0; start < texts.length; start += BATCH) {
      const batch = texts.slice(start, start + BATCH).map(({ text }) => text);
      const response = await post("/v1/analyze", { texts: batch, tasks: [...CLASSIFICATIONS, ...TAGGINGS] });
      const { results } = (await response.json()) as { results: { results: Results }[] };
      answers.push(...results.map((each) => each.results));
    }
    expect(answers).toHaveLength(200);
  });

  test.each(CLASSIFICATIONS)("%s agrees with PyTorch's float32", (task) => {
    let largest = 0;
    let agreeing = 0;
    texts.forEach(({ [task]: expected }, index) => {
      const { scores } = (answers[index] as Results)[task];
      const answer: Probabilities = Object.fromEntries(scores.map(({ label, score }) => [label, score]));
      for (const [label, probability] of Object.entries(expected))
        largest = Math.max(largest, Math.abs((answer[label] as number) - probability));
      if (likeliest(answer) === likeliest(expected)) agreeing++;
    });
    console.log(
      `${engine}, ${task}: ${agreeing} of ${texts.length} labels agree, largest difference ${largest.toFixed(4)}`,
    );
    expect(agreeing / texts.length).toBeGreaterThanOrEqual(0.98);
  });

  test.each(TAGGINGS)("the tags of %s agree with PyTorch's float32", (name) => {
    const tags = answers.map(({ [name]: { words } }) => words.map(({ tag }) => tag));
    expect(tags.map((each) => each.length)).toEqual(texts.map((row) => row[name].length));
    const expected = texts.flatMap((row) => row[name]);
    const agreeing = tags.flat().filter((tag, word) => tag === expected[word]).length;
    console.log(`${engine}, ${name}: ${agreeing} of ${expected.length} tags agree`);
    expect(agreeing / expected.length).toBeGreaterThanOrEqual(0.98);
  });
});
