import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { differing, readGolden } from "../../../test/tokenizer/golden.ts";
import { createTokenizer } from "../index.ts";
import { byteCharacters, bytesOf } from "./byte-characters.ts";
import { parseByteLevelBpe } from "./byte-level-bpe.ts";

const folder = "test/fixtures/tokenizer/byte-level";
const files = {
  vocab: readFileSync(`${folder}/vocab.json`, "utf8"),
  merges: readFileSync(`${folder}/merges.txt`, "utf8"),
  emoji: readFileSync("models/bertweet-mini/emoji.json", "utf8"),
};
const tokenizer = createTokenizer(files, "byte-level-bpe");

const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 4 }),
      fc.constantFrom(..."@#&;.:/()<>'’…-_ \n\x1c\ufe0f\ud83d\ude00hHsSnta1😂日"),
      fc.constantFrom("http://", "&amp;", "&#xD83D;", "n't ", "<s>", " <mask>", "&lt;mask&gt;", "!!!!!", "a.com", "'s"),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(""));

describe("the golden vectors", () => {
  const { versions, golden } = readGolden(`${folder}/golden.jsonl`);

  it("were made with RobertaTokenizer in Python and emoji 0.6.0, and are more than 800", () => {
    expect(versions).toMatchObject({ oracle: "transformers.RobertaTokenizer (Python)", emoji: "0.6.0" });
    expect(golden.length).toBeGreaterThan(800);
  });

  it("are met by every id", () => {
    expect(differing(tokenizer, golden)).toEqual([]);
  });
});

describe("a byte-level tokenizer", () => {
  const spansOf = (text: string) => {
    const { pieces, offsets } = tokenizer.encode(text);
    return pieces.slice(1, -1).map((piece, i) => [piece, ...(offsets[i + 1] as [number, number])]);
  };

  it("has ids of its vocabulary and spans in order, inside any text, that cover its words but for deleted entities", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const { pieces, ids, offsets, words, rewrites } = tokenizer.encode(text);
        const deletions = rewrites.filter(({ kind, to }) => kind === "entity" && to === "");
        const deleted = new Map(deletions.map(({ start, end }) => [start, end]));
        expect([pieces.length, offsets.length]).toEqual([ids.length, ids.length]);
        let [startBefore, endBefore] = [0, 0];
        for (const [i, [start, end]] of offsets.entries()) {
          expect(ids[i]).toBeLessThan(tokenizer.vocabSize);
          expect(tokenizer.pieceOf(ids[i] as number)).toBe(pieces[i]);
          expect(start).toBeGreaterThanOrEqual(startBefore);
          expect(end).toBeGreaterThanOrEqual(Math.max(start, endBefore));
          expect(end).toBeLessThanOrEqual(text.length);
          [startBefore, endBefore] = [start, end];
        }
        for (const { start, end, firstPiece, pieces: count } of words) {
          let covered = start;
          for (const [pieceStart, pieceEnd] of offsets.slice(firstPiece, firstPiece + count)) {
            while (covered < pieceStart && deleted.has(covered)) covered = deleted.get(covered) as number;
            expect(pieceStart).toBeLessThanOrEqual(covered);
            covered = Math.max(covered, pieceEnd);
          }
          expect(covered).toBe(end);
        }
      }),
      { numRuns: 2000, examples: [["'s@&http://;a.com"]] },
    );
  });

  it("writes in its pieces the bytes of the normalized text", () => {
    fc.assert(
      fc.property(fc.array(hostile.filter((text) => !text.includes("<"))), (list) => {
        const { pieces, normalized } = tokenizer.encodeWords(list);
        expect(bytesOf(pieces.slice(1, -1).join(""))).toEqual(new TextEncoder().encode(normalized));
        expect(tokenizer.textOf(pieces.slice(1, -1))).toBe(normalized.toWellFormed());
      }),
    );
  });

  it("gives a piece with some of a character's bytes the span of the whole character, and the space to none", () => {
    expect(spansOf("a → 日é")).toEqual([
      ["a", 0, 1],
      ["Ġâ", 2, 3],
      ["Ĩ", 2, 3],
      ["Ĵ", 2, 3],
      ["Ġ", 4, 4],
      ["æ", 4, 5],
      ["Ĺ", 4, 5],
      ["¥", 4, 5],
      ["Ã", 5, 6],
      ["©", 5, 6],
    ]);
  });

  it("attaches the space before <mask> to it, but not before other special tokens", () => {
    expect(spansOf("don't <mask> the").slice(-2)).toEqual([
      ["<mask>", 6, 12],
      ["Ġthe", 13, 16],
    ]);
    expect(tokenizer.encode("the <mask>").ids).toContain(tokenizer.maskId);
    expect(spansOf("the <unk>the")).toEqual([
      ["the", 0, 3],
      ["Ġ", 4, 4],
      ["<unk>", 4, 9],
      ["Ġthe", 9, 12],
    ]);
  });

  it("writes half a character as U+FFFD and leaves special tokens", () => {
    expect(tokenizer.textOf(["ĠthÃ", "©", "<mask>", "Ã"])).toBe(" thé<mask>\ufffd");
  });

  it("reads a lone surrogate as U+FFFD", () => {
    expect(tokenizer.encode("a \ud83d b").ids).toEqual(tokenizer.encode("a \ufffd b").ids);
  });
});

describe("parseByteLevelBpe", () => {
  const vocabulary = (...pieces: string[]) =>
    JSON.stringify(
      Object.fromEntries(
        ["<s>", "<pad>", "</s>", "<unk>", ...byteCharacters, ...pieces, "<mask>"].map((p, id) => [p, id]),
      ),
    );

  it("merges the pair of lowest rank first", () => {
    const { segment, vocabulary: known } = parseByteLevelBpe({
      vocab: vocabulary("bc", "ab"),
      merges: "#version: 0.2\nb c\na b\n",
    });
    expect(segment([0x61, 0x62, 0x63], false).ids.map(known.pieceOf)).toEqual(["a", "bc"]);
  });

  it("refuses merges that are not of two pieces, or make one that is not in the vocabulary", () => {
    const open = (merges: string) => () =>
      parseByteLevelBpe({ vocab: vocabulary(), merges: `#version: 0.2\n${merges}` });
    expect(open("a\n")).toThrow("merges, line 2");
    expect(open("a b c\n")).toThrow("merges, line 2");
    expect(open("a b\n")).toThrow("ab is missing");
  });

  it("refuses a vocabulary that lacks a byte", () => {
    const vocab = vocabulary().replace('"Ġ"', '"ĠĠ"');
    expect(() => parseByteLevelBpe({ vocab, merges: "#version: 0.2\n" })).toThrow("Ġ is missing");
  });
});
