import { expect, test } from "vitest";
import { readTasks, tagSetOf, tellingTasks, wantedTasks } from "./tasks.ts";

const task = (kind: string, labels: string[] = []) => ({ kind, description: kind, labels });
const manifest = {
  review: { ...task("classification"), truncation: "window" },
  sentiment: task("classification"),
  "pos/ark": task("tagging", ["N", "O"]),
  "pos/tweebank": { ...task("tagging", ["NOUN", "VERB", "X"]), default: true as const },
  "ner/wnut17": task("tagging", ["B-person", "I-person", "O"]),
  "ner/wnut16": task("tagging", ["B-person", "I-person", "B-movie", "I-movie", "O"]),
  "fill-mask": task("fill-mask"),
};
const tasks = readTasks({ models: [{ architecture: { max_tokens: 128 }, tasks: manifest }] });
const [pos, ner] = tasks.tagging as [(typeof tasks.tagging)[0], (typeof tasks.tagging)[0]];

test("puts sentiment first, and groups the tag sets of a tagging task", () => {
  expect(tasks.classification.map(({ name }) => name)).toEqual(["sentiment", "review"]);
  expect(tasks.tagging.map(({ name, sets }) => [name, sets.map(({ scheme }) => scheme)])).toEqual([
    ["pos", ["ark", "tweebank"]],
    ["ner", ["wnut17", "wnut16"]],
  ]);
  expect(tasks).toMatchObject({ window: 128, fillsMasks: true });
});

test("a tag is a label without the prefix of its place in a span, and O is one only where there are no spans", () => {
  expect(pos.sets[0]?.tags).toEqual(["N", "O"]);
  expect(ner.sets[0]?.tags).toEqual(["person"]);
});

test("takes the tag set that the manifest marks, else the smallest, unless another is chosen", () => {
  expect(tagSetOf(pos, new Map())?.scheme).toBe("tweebank");
  expect(tagSetOf(ner, new Map())?.scheme).toBe("wnut17");
  expect(tagSetOf(pos, new Map([["pos", "ark"]]))?.scheme).toBe("ark");
});

test("names no tasks as long as every tag set is the usual one", () => {
  expect(wantedTasks(tasks, new Map([["pos", "tweebank"]]))).toBeUndefined();
});

test("names all tasks once a tag set differs", () => {
  expect(wantedTasks(tasks, new Map([["pos", "ark"]]))).toEqual(["sentiment", "review", "pos/ark", "ner"]);
});

test("film reviews are longer than tweets", () => {
  const telling = (text: string) => tellingTasks(tasks, text).map(({ name }) => name);
  expect(telling("x".repeat(280))).toEqual(["sentiment"]);
  expect(telling("x".repeat(281))).toEqual(["sentiment", "review"]);
});
