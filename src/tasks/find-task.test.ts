import { expect, test } from "vitest";
import type { Task } from "../bundle/manifest.ts";
import { findTask } from "./find-task.ts";

const task = {} as Task;
const manifest = {
  tasks: {
    sentiment: task,
    "pos/ark": task,
    "pos/tweebank": { default: true } as Task,
    "ner/wnut16": { labels: ["B-person", "I-person", "B-movie", "I-movie", "O"] } as Task,
    "ner/wnut17": { labels: ["B-person", "I-person", "O"] } as Task,
  },
};

test.each([
  ["sentiment", undefined, "sentiment"],
  ["pos", "ark", "pos/ark"],
  ["pos", undefined, "pos/tweebank"],
  ["ner", undefined, "ner/wnut17"],
])("%s with scheme %s is %s", (name, scheme, full) => {
  expect(findTask(manifest, name, scheme)).toEqual({ name: full, task: manifest.tasks[full as "sentiment"] });
});

test.each([
  ["astrology", undefined, { kind: "unknown-task", tasks: ["sentiment", "pos", "ner"] }],
  ["constructor", undefined, { kind: "unknown-task", tasks: ["sentiment", "pos", "ner"] }],
  ["pos", "ptb", { kind: "unknown-scheme", schemes: ["ark", "tweebank"] }],
  ["sentiment", "ark", { kind: "unknown-scheme", schemes: [] }],
])("%s with scheme %s is refused with what there is", (name, scheme, failure) => {
  expect(() => findTask(manifest, name, scheme)).toThrow(expect.objectContaining({ failure }));
});
