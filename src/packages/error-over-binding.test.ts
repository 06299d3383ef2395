import { expect, test } from "vitest";
import { ProblemError, problemOf } from "../client.ts";
import { errorOverBinding } from "./error-over-binding.ts";

test("a problem is told of whatever carried it, be it but a message", () => {
  const problem = {
    type: "/problems/text-too-long",
    title: "Too long",
    status: 413,
    detail: "A text: 20,000 (units).",
  } as const;
  const error = new ProblemError({ ...problem, instance: "urn:x" });
  expect(problemOf(error)).toEqual({ ...problem, instance: "urn:x" });
  const sent = errorOverBinding({ ...problem, errors: [{ pointer: "/text", detail: "two\nlines" }], retry_after: 3 });
  expect(sent.message.split("\n")[0]).toBe(error.message);
  expect(problemOf(new Error(sent.message))).toEqual(sent.problem);
  expect(problemOf(new Error(`ProblemError: ${sent.message}`))).toEqual(sent.problem);
  for (const line of ["null", '{"type":7}', '{"type":"/problems/"}', "{"])
    expect(problemOf(new Error(`x\n${line}`))).toBeUndefined();
  expect(problemOf(new Error("413 (that is all)"))).toBeUndefined();
  expect(problemOf("413")).toBeUndefined();
});
