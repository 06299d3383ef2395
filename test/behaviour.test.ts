import { expect, test } from "vitest";
import { readFailures, readHateCases, readLanguages } from "../scripts/behaviour/cases.ts";
import { calibrationError, confusion, entityTypes, wilson } from "../scripts/behaviour/figures.ts";
import { CHANGES, changed, hasEmoji, withoutEmoji } from "../scripts/behaviour/perturb.ts";
import { seededRandom } from "../scripts/random.ts";

const pair = (gold: string, predicted: string) => ({ gold: gold.split(" "), predicted: predicted.split(" ") });

test("Wilson's interval is the published one, and stays within 0 and 1", () => {
  const [low, high] = wilson({ count: 8, of: 10 });
  expect(low).toBeCloseTo(0.4902, 4);
  expect(high).toBeCloseTo(0.9433, 4);
  expect(wilson({ count: 0, of: 10 })[0]).toBeCloseTo(0, 12);
  expect(wilson({ count: 10, of: 10 })[1]).toBeCloseTo(1, 12);
  expect(wilson({ count: 0, of: 0 })).toEqual([0, 1]);
});

test("scores that are as high as the accuracy have no calibration error", () => {
  const sure = (score: number, rights: boolean[]) => rights.map((right) => ({ score, right }));
  expect(calibrationError(sure(0.75, [true, true, true, false]))).toBeCloseTo(0, 12);
  expect(calibrationError(sure(1, [true, false]))).toBeCloseTo(0.5, 12);
  expect(calibrationError([...sure(0.9, [false]), ...sure(0.5, [true])])).toBeCloseTo(0.7, 12);
});

test("a confusion table has gold labels in rows and predicted ones in columns", () => {
  expect(confusion([pair("b", "a"), pair("b", "b"), pair("a", "a")])).toEqual({
    labels: ["a", "b"],
    counts: [
      [1, 0],
      [1, 1],
    ],
  });
});

test("entity types are counted by whole spans, under the name that they get", () => {
  const answers = [pair("B-PER I-PER O B-LOC", "B-PER I-PER O B-PER"), pair("B-PER O", "O O")];
  const figures = entityTypes(answers);
  expect(figures.map(({ type, gold }) => [type, gold])).toEqual([
    ["LOC", 1],
    ["PER", 2],
  ]);
  expect(figures[1]).toMatchObject({ precision: { count: 1, of: 2 }, recall: { count: 1, of: 2 }, f1: 0.5 });
  const renamed = entityTypes(answers, (type) => (type === "PER" ? "person" : undefined));
  expect(renamed.map(({ type }) => type)).toEqual(["person"]);
});

test("typos swap letters within long words, and leave names, hashtags and links as they are", () => {
  const text = "@anna_maria please remember #wonderful things https://t.co/abcdefgh tomorrow morning together";
  const change = CHANGES.typos as (text: string, random: () => number) => string;
  const random = seededRandom(1);
  const results = Array.from({ length: 50 }, () => change(text, random).split(" "));
  for (const words of results) {
    for (const at of [0, 3, 5]) expect(words[at]).toBe(text.split(" ")[at]);
    for (const [at, word] of text.split(" ").entries()) {
      expect([...(words[at] as string)].sort()).toEqual([...word].sort());
      expect(words[at]?.at(0)).toBe(word.at(0));
    }
  }
  expect(results.some((words) => words.join(" ") !== text)).toBe(true);
});

test("case changes leave links and names alone, and tokens keep their tags", () => {
  const [lower, upper] = [CHANGES["lower case"], CHANGES["upper case"]] as ((text: string) => string)[];
  expect(upper?.("@anna says https://t.co/aB Hi")).toBe("@anna SAYS https://t.co/aB HI");
  const examples = [{ input: { tokens: ["Off", "to", "Berlin"] }, gold: ["O", "O", "B-LOC"] }];
  expect(changed(examples, lower as (text: string) => string)).toEqual([
    { input: { tokens: ["off", "to", "berlin"] }, gold: ["O", "O", "B-LOC"] },
  ]);
});

test("emoji go with their modifiers and joiners, and digits stay", () => {
  expect(withoutEmoji("so 👩🏽‍💻 happy 😍😍 4 you ❤️")).toBe("so happy 4 you");
  expect(hasEmoji("4 you #1 *")).toBe(false);
});

test("the functional test has each sentence once, every group in each function, and harmless and harmful ones", async () => {
  const cases = await readHateCases();
  expect(new Set(cases.map(({ text }) => text)).size).toBe(cases.length);
  for (const { text } of cases) expect(text).not.toMatch(/[{}]/);
  const groups = new Set(cases.map(({ group }) => group).filter((group) => group !== "no group"));
  const byFunction = Object.groupBy(cases, (each) => each.function);
  for (const [name, of] of Object.entries(byFunction)) {
    if (name === "dislike of things") continue;
    expect(new Set(of?.map(({ group }) => group)), name).toEqual(groups);
  }
  const harmful = cases.filter(({ hateful }) => hateful).length;
  expect(harmful).toBeGreaterThan(200);
  expect(cases.length - harmful).toBeGreaterThan(200);
});

test("every language has a sentence for each label, and every hard sentence an answer that is right", async () => {
  const { labels, sentences } = await readLanguages();
  for (const [language, texts] of Object.entries(sentences)) expect(texts, language).toHaveLength(labels.length);
  for (const each of await readFailures()) expect("right" in each ? each.right : each.entities).toBeInstanceOf(Array);
});
