import { scheduler as nodeScheduler } from "node:timers/promises";
import { expect, test } from "vitest";
import { FIRST_MS_PER_TOKEN } from "../limits.ts";
import { createTurns } from "./turns.ts";

Object.assign(globalThis, { scheduler: nodeScheduler }); // workerd has it as a global

const LIMIT_MS = 1_000;

/** A queue with its own clock. A pass advances the clock by the cost of its tokens. */
function start(msPerToken = FIRST_MS_PER_TOKEN) {
  const clock = { now: 0 };
  const turns = createTurns(() => clock.now);
  const order: string[] = [];
  return {
    clock,
    order,
    ...turns,
    /** A request with some passes, which starts now. */
    begin(name: string, passes: number[], isWanted = () => true) {
      const tokens = passes.reduce((sum, each) => sum + each, 0);
      const ticket = turns.admit({ tokens, limitMs: LIMIT_MS, isWanted });
      const work = async () => {
        try {
          for (const pass of passes) {
            await ticket.turn(pass);
            clock.now += pass * msPerToken;
            order.push(name);
          }
        } finally {
          ticket.end();
        }
      };
      return turns.whileOpen(work);
    },
  };
}

const kindOf = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return (error as { failure: { kind: string; retryAfterSeconds?: number } }).failure;
  }
  return undefined;
};

test("requests of one size are served in the order of their arrival", async () => {
  const { begin, order } = start();
  await Promise.all([begin("a", [100]), begin("b", [100]), begin("c", [100])]);
  expect(order).toEqual(["a", "b", "c"]);
});

test("a short request overtakes a long one that has time, between two of its passes", async () => {
  const { begin, order, clock } = start();
  const long = begin("long", [400, 400, 400]);
  while (order.length === 0) await nodeScheduler.wait(1);
  clock.now += 1;
  await Promise.all([long, begin("short", [10])]);
  expect(order).toEqual(["long", "short", "long", "long"]);
});

test("a request that would wait longer than the limit is refused, with the time when there will be room", async () => {
  const { begin, requireRoom } = start();
  // Each must be done a second after its own 600 ms. So there is room for a second one, but not for a third.
  const waiting = [begin("a", [600]), begin("b", [600])];
  expect(kindOf(() => requireRoom(700, LIMIT_MS))).toEqual({ kind: "overloaded", retryAfterSeconds: 1 });
  await Promise.all(waiting);
  expect(kindOf(() => requireRoom(700, LIMIT_MS))).toBeUndefined();
});

test("a request that would make an admitted one late is refused, even if it would itself be in time", async () => {
  const { begin, requireRoom } = start();
  // The long one must be done at 6,000 and takes 5,000. So there is room for 1,000 before it.
  const waiting = [begin("long", Array(50).fill(100)), begin("short", [700])];
  expect(kindOf(() => requireRoom(99, LIMIT_MS))).toBeUndefined();
  const refused = kindOf(() => requireRoom(400, LIMIT_MS));
  expect(refused?.kind).toBe("overloaded");
  expect(refused?.retryAfterSeconds).toBeGreaterThanOrEqual(5);
  await Promise.all(waiting);
});

test("what a token takes is measured: a slow engine admits less", async () => {
  const { begin, requireRoom } = start(10 * FIRST_MS_PER_TOKEN);
  for (let n = 0; n < 30; n++) await begin("warm", [10, 10]);
  const waiting = begin("a", [150]);
  expect(kindOf(() => requireRoom(150, LIMIT_MS))?.kind).toBe("overloaded"); // not so where a token takes 1 ms
  await waiting;
});

test("a request whose first turn does not come in time is refused late rather than served later", async () => {
  const { begin, clock } = start();
  const late = begin("a", [100]);
  clock.now += 2 * LIMIT_MS;
  await expect(late).rejects.toMatchObject({ failure: { kind: "overloaded" } });
});

test("a request that no client waits for computes nothing more and leaves the queue", async () => {
  const { begin, order, requireRoom } = start();
  const wanted = { by: 1 };
  const left = begin("left", [500, 500, 500], () => wanted.by > 0);
  while (order.length === 0) await nodeScheduler.wait(1);
  wanted.by = 0;
  await expect(left).rejects.toMatchObject({ failure: { kind: "client-left" } });
  expect(order).toEqual(["left"]);
  expect(kindOf(() => requireRoom(900, LIMIT_MS))).toBeUndefined();
});

test("a request that workerd has cancelled without notice does not block others", async () => {
  const { admit, begin, clock, order } = start();
  admit({ tokens: 900, limitMs: LIMIT_MS, isWanted: () => true }); // never asks for its turn
  clock.now += 30_000;
  await begin("next", [900]);
  expect(order).toEqual(["next"]);
});
