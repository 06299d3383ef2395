import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { startService } from "./service.ts";

type Probabilities = Record<string, number>;
const { texts } = JSON.parse(await readFile("test/fixtures/parity/parity.json", "utf8")) as {
  texts: ({ text: string } & Record<"sentiment" | "irony", Probabilities> &
    Record<"pos/tweebank" | "ner/wnut17", string[]>)[];
};

const BATCH = 50;
const likeliest = (scores: Probabilities) => Object.entries(scores).sort(([, a], [, b]) => b - a)[0]?.[0];

describe.each(["ort", "simd"])("int8 in workerd by %s", (engine) => {
  const { post } = startService({ seeded: true, vars: { ENGINE: engine } });

  test.each(["sentiment", "irony"] as const)("%s agrees with PyTorch's float32", async (task) => {
    const answers: Probabilities[] = [];
    for (let start = 0; start < texts.length; start += BATCH) {
      const response = await post(`/v1/${task}`, { texts: texts.slice(start, start + BATCH).map(({ text }) => text) });
      const { results } = (await response.json()) as { results: { scores: { label: string; score: number }[] }[] };
      answers.push(
        ...results.map(({ scores }) => Object.fromEntries(scores.map(({ label, score }) => [label, score]))),
      );
    }
    expect(answers).toHaveLength(200);

    let largest = 0;
    let agreeing = 0;
    texts.forEach(({ [task]: expected }, index) => {
      const answer = answers[index] as Probabilities;
      for (const [label, probability] of Object.entries(expected))
        largest = Math.max(largest, Math.abs((answer[label] as number) - probability));
      if (likeliest(answer) === likeliest(expected)) agreeing++;
    });
    console.log(
      `${engine}, ${task}: ${agreeing} of ${texts.length} labels agree, largest difference ${largest.toFixed(4)}`,
    );
    expect(agreeing / texts.length).toBeGreaterThanOrEqual(0.98);
  });

  test.each(["pos/tweebank", "ner/wnut17"] as const)("the tags of %s agree with PyTorch's float32", async (name) => {
    const [task, scheme] = name.split("/");
    const tags: string[][] = [];
    for (let start = 0; start < texts.length; start += BATCH) {
      const batch = texts.slice(start, start + BATCH).map(({ text }) => text);
      const { results } = (await (await post(`/v1/${task}`, { texts: batch, scheme })).json()) as {
        results: { words: { tag: string }[] }[];
      };
      tags.push(...results.map(({ words }) => words.map((word) => word.tag)));
    }
    expect(tags.map((each) => each.length)).toEqual(texts.map((row) => row[name].length));
    const expected = texts.flatMap((row) => row[name]);
    const agreeing = tags.flat().filter((tag, word) => tag === expected[word]).length;
    console.log(`${engine}, ${name}: ${agreeing} of ${expected.length} tags agree`);
    expect(agreeing / expected.length).toBeGreaterThanOrEqual(0.98);
  });
});
