import { expect, test } from "vitest";
import { fitToModel } from "./tokenize.ts";

const ids = Int32Array.of(0, 11, 12, 13, 2);

test("a text that fits is read whole", () => {
  expect(fitToModel({ ids }, 5, "error")).toEqual({ ids, tokens: { total: 5, used: 5 }, truncated: false });
});

test("a text that is too long loses its last pieces but keeps </s>, and the answer says so", () => {
  const fitted = fitToModel({ ids }, 4, "truncate");
  expect(fitted).toEqual({ ids: Int32Array.of(0, 11, 12, 2), tokens: { total: 5, used: 4 }, truncated: true });
});

test("truncation=error refuses it instead, with both numbers", () => {
  expect(() => fitToModel({ ids }, 4, "error")).toThrow(
    expect.objectContaining({ failure: { kind: "too-many-tokens", tokens: 5, limit: 4 } }),
  );
});
