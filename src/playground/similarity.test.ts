import { expect, test } from "vitest";
import { cosine } from "./similarity.ts";

test.each([
  [[1, 2], [2, 4], 1],
  [[1, 0], [0, 3], 0],
  [[1, 0], [-2, 0], -1],
  [[0, 0], [1, 1], 0],
])("the cosine of %j and %j is %d", (a, b, expected) => {
  expect(cosine(a, b)).toBeCloseTo(expected, 12);
});
