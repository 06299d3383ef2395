import { expect, test } from "vitest";
import { LOG_PAUSE_MS } from "../limits.ts";
import { createPacer } from "./pacer.ts";

test("many refusals of one kind make one line a second, which counts the others; each kind has its own lines", () => {
  let now = 1_000;
  const pace = createPacer(() => now);
  expect(pace("overloaded")).toBe(0);
  for (let n = 0; n < 500; n++) expect(pace("overloaded")).toBeUndefined();
  expect(pace("rate-limited")).toBe(0);
  now += LOG_PAUSE_MS;
  expect(pace("overloaded")).toBe(500);
  expect(pace("overloaded")).toBeUndefined();
  now += LOG_PAUSE_MS;
  expect(pace("overloaded")).toBe(1);
});
