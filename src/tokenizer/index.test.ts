import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { differing, readGolden } from "../../test/tokenizer/golden.ts";
import { createTokenizer } from "./index.ts";

const bundle = "models/bertweet-mini";
const tokenizer = createTokenizer({
  vocab: readFileSync(`${bundle}/vocab.txt`, "utf8"),
  merges: readFileSync(`${bundle}/bpe.codes`, "utf8"),
  emoji: readFileSync(`${bundle}/emoji.json`, "utf8"),
});

/** Characters that the tokenizer's steps treat specially, and strings that they rewrite. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 4 }),
      fc.constantFrom(..."@#&;.:/()<>'’…-_ \n\x1c\ufe0f\ud83d\ude00hHsSnta1😂"),
      fc.constantFrom("http://", "&amp;", "&foo;", "n't ", "cannot ", " p . m .", "<s>", "!!!!!", "a.com"),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(""));

describe("the golden vectors", () => {
  const { versions, golden } = readGolden("test/fixtures/tokenizer/golden.jsonl");

  it("were made with emoji 0.6.0 and are more than 3,000", () => {
    expect(versions.emoji).toBe("0.6.0");
    expect(golden.length).toBeGreaterThan(3000);
  });

  it("are met by every id", () => {
    expect(differing(tokenizer, golden)).toEqual([]);
  });
});

describe("encode", () => {
  it("has one id and one span for each piece, in order and inside any text", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const { pieces, ids, offsets } = tokenizer.encode(text);
        expect(ids.length).toBe(pieces.length);
        expect(offsets.length).toBe(pieces.length);
        let before = 0;
        for (const [start, end] of offsets) {
          expect(start).toBeGreaterThanOrEqual(before);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(text.length);
          before = start;
        }
        expect(offsets[0]).toEqual([0, 0]);
        expect(offsets.at(-1)).toEqual([text.length, text.length]);
      }),
      { numRuns: 2000 },
    );
  });

  it("gives the words all pieces but <s> and </s>, each once", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const { pieces, words } = tokenizer.encode(text);
        let next = 1;
        for (const word of words) {
          expect(word.firstPiece).toBe(next);
          next += word.pieces;
          const own = pieces.slice(word.firstPiece, next);
          expect(own.map((piece, i) => (i < own.length - 1 ? piece.slice(0, -2) : piece)).join("")).toBe(word.text);
        }
        expect(next).toBe(pieces.length - 1);
      }),
      { numRuns: 1000 },
    );
  });

  it("tells for every rewrite what stood there", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const { from, to, start, end } of tokenizer.encode(text).rewrites) {
          expect(text.slice(start, end)).toBe(from);
          expect(to).not.toBe(from);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("keeps the exact spans of plain words and their pieces", () => {
    const plain = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(plain, fc.constantFrom(" ", "  ", "\n", "\t "), (list, gap) => {
        const text = list.filter((word) => !/^(?:http|www|cannot)/.test(word)).join(gap);
        const { words, pieces, offsets } = tokenizer.encode(text);
        for (const { text: word, start, end } of words) expect(text.slice(start, end)).toBe(word);
        for (const [i, [start, end]] of offsets.slice(0, -1).entries()) {
          if (i > 0) expect(text.slice(start, end)).toBe(pieces[i]?.replace(/@@$/, ""));
        }
      }),
    );
  });

  it("keeps spans through every kind of rewrite", () => {
    const text = "@bob can’t… see https://t.co/x 😂 &amp; he doesn't!!!!!!";
    const { words, rewrites, normalized } = tokenizer.encode(text);
    expect(normalized).toBe("@USER can't ... see HTTPURL :face_with_tears_of_joy: & he does n't ! ! !");
    expect(words.map(({ start, end }) => text.slice(start, end))).toEqual([
      "@bob",
      "can’t",
      "…",
      "see",
      "https://t.co/x",
      "😂",
      "&amp;",
      "he",
      "does",
      "n't",
      "!",
      "!",
      "!!!!",
    ]);
    expect(rewrites.map(({ kind, from, to }) => [kind, from, to])).toEqual([
      ["mention", "@bob", "@USER"],
      ["quote", "’", "'"],
      ["quote", "…", "..."],
      ["url", "https://t.co/x", "HTTPURL"],
      ["emoji", "😂", ":face_with_tears_of_joy:"],
      ["entity", "&amp;", "&"],
      ["contraction", "doesn't", "does n't"],
      ["shortened", "!!!!!!", "!!!"],
    ]);
  });

  it("reads special tokens written out in the text as such", () => {
    const { ids, offsets } = tokenizer.encode("<mask></s>");
    expect([...ids]).toEqual([0, tokenizer.maskId, 2, 2]);
    expect(offsets).toEqual([
      [0, 0],
      [0, 6],
      [6, 10],
      [10, 10],
    ]);
  });

  it("makes text of pieces", () => {
    expect(tokenizer.textOf(["Ber@@", "lin", "is", "lo@@"])).toBe("Berlin is lo@@");
  });

  it("counts the <unk> among its ids", () => {
    expect(tokenizer.encode("hello").unknown).toBe(0);
    expect(tokenizer.encode("hello \u{10ffff} <unk>").unknown).toBe(2);
  });
});

describe("encodeWords", () => {
  it("keeps each word one word, with places in the word itself", () => {
    const { words, normalized } = tokenizer.encodeWords(["@bob", "don’t", "a b", "\ufe0f"]);
    expect(normalized).toBe("@USER don't ab <unk>");
    expect(words.map(({ start, end }) => [start, end])).toEqual([
      [0, 4],
      [0, 5],
      [0, 3],
      [0, 1],
    ]);
  });

  it("never throws and keeps the number of words", () => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 5 }), (list) => {
        expect(tokenizer.encodeWords(list).words.length).toBe(list.length);
      }),
    );
  });
});
