import { expect, test } from "vitest";
import { createPause } from "./pause.ts";

function start(random: number) {
  const clock = { now: 1_000_000 };
  const pause = createPause(
    { first: 1_000, most: 60_000 },
    () => clock.now,
    () => random,
  );
  return { clock, pause };
}

test("a pause doubles with each failure, up to the longest", () => {
  const { pause } = start(0);
  const pauses = Array.from({ length: 8 }, () => pause.begin());
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
});

test("a quarter of it at most is left out at random", () => {
  expect(start(1).pause.begin()).toBe(750);
});

test("what is left shrinks with the clock and is never negative", () => {
  const { clock, pause } = start(0);
  expect(pause.leftMs()).toBe(0);
  pause.begin();
  clock.now += 400;
  expect(pause.leftMs()).toBe(600);
  clock.now += 5_000;
  expect(pause.leftMs()).toBe(0);
});

test("a success ends it, and the next one is as short as the first", () => {
  const { pause } = start(0);
  pause.begin();
  pause.begin();
  pause.end();
  expect(pause.leftMs()).toBe(0);
  expect(pause.begin()).toBe(1_000);
});
