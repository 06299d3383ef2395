import { expect, test } from "vitest";
import { BundleError } from "../bundle/bundle-error.ts";
import { RequestFailure } from "../errors.ts";
import { causesOf } from "./causes.ts";

const SECRET = "a text of a user";

function errorOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error("Nothing was thrown.");
}

test("every cause is logged with its class and stack, our own errors also with their messages", () => {
  const parse = errorOf(() => JSON.parse(`{${SECRET}`));
  const causes = causesOf(
    new RequestFailure({ kind: "internal" }, { cause: new BundleError("words.bin", { cause: parse }) }),
  );
  expect(causes.map((cause) => cause.split("\n")[0])).toEqual([
    "RequestFailure: internal",
    "BundleError: words.bin",
    "SyntaxError",
  ]);
  for (const cause of causes) expect(cause.split("\n")[1]).toMatch(/^ +at /);
  expect(JSON.stringify(causes)).not.toContain(SECRET);
});

test.each([
  ["a message of many lines", new TypeError(`first\n    at ${SECRET} (index.js:1:1)\nlast`)],
  ["a message that was changed", Object.assign(new TypeError("other"), { message: SECRET })],
  ["a stack that was changed", Object.assign(new TypeError("x"), { stack: `    at ${SECRET}` })],
  ["no error", SECRET],
  ["an object", { message: SECRET, stack: SECRET }],
  ["null", null],
])("%s is not quoted", (_, thrown) => {
  const causes = causesOf(new Error(SECRET, { cause: thrown }));
  expect(causes.length).toBe(2);
  expect(JSON.stringify(causes)).not.toContain(SECRET);
});

test("a chain without end is cut", () => {
  const error = new Error("a");
  error.cause = error;
  expect(causesOf(error).length).toBeLessThan(20);
});
