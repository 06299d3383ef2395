import { expect, it } from "vitest";
import { join } from "./join.ts";

it("gives what all promises give, in their order", async () => {
  expect(await join([Promise.resolve(1), Promise.resolve("two")])).toEqual([1, "two"]);
});

it("rejects with the first failure in order, after all others are done", async () => {
  const slow = Promise.withResolvers<void>();
  let rejected: unknown;
  const joined = join([slow.promise, Promise.reject(new Error("second"))]).catch((error: unknown) => {
    rejected = error;
  });
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(rejected).toBeUndefined();
  slow.reject(new Error("first"));
  await joined;
  expect(rejected).toEqual(new Error("first"));
});
