import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { manifestSchema } from "../../bundle/manifest.ts";
import { readTasks } from "../tasks.ts";
import { familyOf, meaningOf } from "./meanings.ts";

test.each([
  ["tweebank", "X", "mark"],
  ["ark", "X", "function"],
  ["ark", "#", "social"],
  ["ptb", "#", "mark"],
  ["ptb", "VBZ", "verb"],
  [undefined, "NOUN", "mark"],
] as const)("in %s, %s is of the family %s", (scheme, tag, family) => {
  expect(familyOf(scheme, tag)).toBe(family);
});

test("every tag of the model's tag sets has a meaning", () => {
  const manifest = manifestSchema.parse(JSON.parse(readFileSync("models/bertweet-mini/manifest.json", "utf8")));
  const sets = readTasks({ models: [manifest] }).tagging.flatMap((task) => task.sets);
  expect(sets.length).toBeGreaterThan(0);
  const unknown = sets.flatMap(({ scheme, tags }) => tags.filter((tag) => meaningOf(scheme, tag) === undefined));
  expect(unknown).toEqual([]);
});
