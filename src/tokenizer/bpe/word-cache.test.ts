import { expect, it } from "vitest";
import type { WordPieces } from "./subwords.ts";
import { cacheWords } from "./word-cache.ts";

/** One piece for every code point. Its id depends on the text before the word. */
const segment = (word: readonly number[], afterSpace: boolean): WordPieces => ({
  ids: word.map((codePoint) => 2 * codePoint + (afterSpace ? 1 : 0)),
  from: word.map((_, i) => i),
  to: word.map((_, i) => i + 1),
});

it("answers as the uncached segmenter, for more words than it has room for", () => {
  const cached = cacheWords({ segment });
  const words = Array.from({ length: 80_000 }, (_, n) => Array.from(String(n), Number));
  words.push(new Array(24).fill(7), new Array(25).fill(7), new Array(300).fill(7));
  for (const word of [...words, ...words.slice(-20_000)]) {
    for (const afterSpace of [true, false]) {
      const out: WordPieces = { ids: [], from: [], to: [] };
      cached([9, ...word, 9], 1, word.length + 1, afterSpace, (id, from, to) => {
        out.ids.push(id);
        out.from.push(from);
        out.to.push(to);
      });
      if (out.ids.join() !== segment(word, afterSpace).ids.join()) expect(out).toEqual(segment(word, afterSpace));
      expect(out.to.at(-1)).toBe(word.length);
    }
  }
});

it("does not segment a word again that it knows", () => {
  let calls = 0;
  const cached = cacheWords({
    segment(word, afterSpace) {
      calls++;
      return segment(word, afterSpace);
    },
  });
  for (let i = 0; i < 3; i++) cached([1, 2, 3], 0, 3, true, () => undefined);
  expect(calls).toBe(1);
  cached([1, 2, 3], 0, 3, false, () => undefined);
  cached([1, 2, 3], 0, 2, true, () => undefined);
  expect(calls).toBe(3);
});
