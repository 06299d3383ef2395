import fc from "fast-check";
import { expect, test } from "vitest";
import { linkTo, textOf } from "./share.ts";

test("gives back the text that a link was made of", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const link = new URL(linkTo("https://x.example/", text));
      expect(link.search).toBe("");
      expect(textOf(link.hash)).toBe(text);
    }),
  );
});

test("finds no text in a fragment that is no shared text", () => expect(textOf("#section")).toBeUndefined());
