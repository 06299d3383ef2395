import { expect, test } from "vitest";
import type { Task } from "../bundle/manifest.ts";
import { planExtent, truncationOf } from "./read.ts";

test("a text that fits is read whole, in one window", () => {
  expect(planExtent(128, 128, "error")).toEqual({
    ranges: [{ start: 0, end: 126 }],
    windows: 1,
    tokens: { total: 128, used: 128 },
    truncated: false,
  });
});

test("truncate leaves out the last pieces, and says so", () => {
  expect(planExtent(200, 128, "truncate")).toEqual({
    ranges: [{ start: 0, end: 126 }],
    windows: 1,
    tokens: { total: 200, used: 128 },
    truncated: true,
  });
});

test("window reads all of it", () => {
  const { windows, tokens, truncated } = planExtent(300, 128, "window");
  expect({ windows, tokens, truncated }).toEqual({ windows: 3, tokens: { total: 300, used: 300 }, truncated: false });
});

test("error refuses it, with both numbers", () => {
  expect(() => planExtent(129, 128, "error")).toThrow(
    expect.objectContaining({ failure: { kind: "too-many-tokens", tokens: 129, limit: 128 } }),
  );
});

const cut = {} as Task;
const long = { truncation: "window" } as Task;

test.each<[string, Task[], "error" | undefined, string]>([
  ["as the request says", [long], "error", "error"],
  ["as its task's manifest entry says", [long], undefined, "window"],
  ["cut off where that says nothing", [cut], undefined, "truncate"],
  ["cut off where tasks don't agree", [long, cut], undefined, "truncate"],
  ["cut off where there is no task", [], undefined, "truncate"],
])("a text is read %s", (_, tasks, asked, truncation) => {
  expect(truncationOf(tasks, asked)).toBe(truncation);
});
