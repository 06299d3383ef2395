import { expect, test } from "vitest";
import { asked } from "./items.ts";

test("a text or tokens are one item with the body's options", () => {
  expect(asked({ text: "hi", top_k: 1 })).toEqual({
    item: { input: { text: "hi" }, options: { top_k: 1 }, pointer: "" },
  });
  expect(asked({ tokens: ["hi", "you"] })).toEqual({
    item: { input: { tokens: ["hi", "you"] }, options: {}, pointer: "" },
  });
});

test("texts share the body's options and know their places", () => {
  expect(asked({ texts: ["a", "b"], top_k: 2 })).toEqual({
    items: [
      { input: { text: "a" }, options: { top_k: 2 }, pointer: "/texts/0" },
      { input: { text: "b" }, options: { top_k: 2 }, pointer: "/texts/1" },
    ],
  });
});

test("an element of a batch goes by its own options first", () => {
  expect(asked<{ top_k?: number }>({ batch: [{ text: "a", top_k: 1 }, { tokens: ["b"] }], top_k: 2 })).toEqual({
    items: [
      { input: { text: "a" }, options: { top_k: 1 }, pointer: "/batch/0" },
      { input: { tokens: ["b"] }, options: { top_k: 2 }, pointer: "/batch/1" },
    ],
  });
});
