import { expect, test } from "vitest";
import { analyzeParameters, defaultScheme, readTasks } from "./tasks.ts";

const task = (kind: string) => ({ kind, description: kind });
const manifest = {
  sentiment: task("classification"),
  "pos/ark": task("tagging"),
  "pos/tweebank": task("tagging"),
  "ner/wnut17": task("tagging"),
  "fill-mask": task("fill-mask"),
};
const tasks = readTasks({ models: [{ id: "mini", version: "1", tasks: manifest }] });

test("groups the tag sets of a tagging task and leaves out what it can't show", () => {
  expect(tasks.classification.map(({ name }) => name)).toEqual(["sentiment"]);
  expect(tasks.tagging.map(({ name, schemes }) => [name, schemes])).toEqual([
    ["pos", ["ark", "tweebank"]],
    ["ner", ["wnut17"]],
  ]);
});

test("takes Tweebank's tag set unless the model has none", () => {
  expect(defaultScheme(["ark", "tweebank"])).toBe("tweebank");
  expect(defaultScheme(["wnut17", "wnut16"])).toBe("wnut17");
});

test("asks for the text alone as long as every tag set is the default", () => {
  expect(analyzeParameters("hi", tasks, new Map([["pos", "tweebank"]]))).toEqual([["text", "hi"]]);
});

test("names all tasks once a tag set differs", () => {
  expect(analyzeParameters("hi", tasks, new Map([["pos", "ark"]]))).toEqual([
    ["text", "hi"],
    ["tasks", "sentiment,pos/ark,ner"],
  ]);
});
