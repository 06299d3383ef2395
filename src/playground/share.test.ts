import fc from "fast-check";
import { expect, test } from "vitest";
import { linkTo, readLink } from "./share.ts";

const texts = fc.string({ unit: "grapheme", minLength: 1 });

test("reads back the contents of a link, which are only in the fragment", () => {
  fc.assert(
    fc.property(fc.constantFrom("one", "compare", "list"), texts, texts, (view, text, other) => {
      const link = new URL(linkTo("https://x.example/", { view, text, other }));
      expect(link.search).toBe("");
      expect(readLink(link.hash)).toEqual({ view, text, other });
    }),
  );
});

test("one empty tweet needs no fragment", () => expect(linkTo("/", { view: "one", text: "" })).toBe("/"));

test("finds no text in a fragment that is no shared text", () => {
  expect(readLink("#section")).toEqual({ view: "one", text: undefined, other: undefined });
});
