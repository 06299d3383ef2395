import { expect, test } from "vitest";
import { entitySpans } from "./entity-spans.ts";

const shown = (tags: string) => entitySpans(tags.split(" ")).map(({ first, end, label }) => `${first}-${end} ${label}`);

test.each([
  ["O O", []],
  ["B-LOC I-LOC O B-PER", ["0-2 LOC", "3-4 PER"]],
  ["B-LOC B-LOC I-LOC", ["0-1 LOC", "1-3 LOC"]],
  ["O I-LOC I-LOC", ["1-3 LOC"]],
  ["B-LOC I-PER", ["0-1 LOC", "1-2 PER"]],
  ["B-LOC O I-LOC", ["0-1 LOC", "2-3 LOC"]],
])("%s has %j", (tags, spans) => {
  expect(shown(tags)).toEqual(spans);
});
