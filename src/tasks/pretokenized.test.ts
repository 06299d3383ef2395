import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createTokenizer } from "../tokenizer/index.ts";
import { encodeTokens } from "./pretokenized.ts";

const file = (name: string) => readFileSync(`models/bertweet-mini/${name}`, "utf8");
const tokenizer = createTokenizer({ vocab: file("vocab.txt"), merges: file("bpe.codes"), emoji: file("emoji.json") });

test("spans of words refer to the words joined by spaces", () => {
  const { text, encoding } = encodeTokens(tokenizer, ["@anna", "likes", "Neukölln", "😍"]);
  expect(text).toBe("@anna likes Neukölln 😍");
  expect(encoding.words.map(({ start, end }) => text.slice(start, end))).toEqual(["@anna", "likes", "Neukölln", "😍"]);
  expect(encoding.normalized).toBe("@USER likes Neukölln :smiling_face_with_heart-eyes:");
});

test("every token is one word, whatever is in it, and every piece lies within its word", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme", minLength: 1 }), { minLength: 1, maxLength: 8 }), (tokens) => {
      const { text, encoding } = encodeTokens(tokenizer, tokens);
      expect(encoding.words.map(({ start, end }) => text.slice(start, end))).toEqual(tokens);
      for (const { start, end, firstPiece, pieces } of encoding.words)
        for (const [from, to] of encoding.offsets.slice(firstPiece, firstPiece + pieces)) {
          expect(from).toBeGreaterThanOrEqual(start);
          expect(to).toBeLessThanOrEqual(end);
        }
    }),
  );
});
