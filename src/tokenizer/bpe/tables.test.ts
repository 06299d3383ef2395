import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { openTokenizer } from "../index.ts";
import { parseEmojiNames } from "../normalize/emoji-names.ts";
import { openFastBpe, parseFastBpe } from "./fastbpe.ts";
import { openTables } from "./tables.ts";

const FOLDER = "models/bertweet-mini";
const text = (name: string) => readFileSync(`${FOLDER}/${name}`, "utf8");
const file = Uint8Array.from(readFileSync(`${FOLDER}/tokenizer.bin`)).buffer;
const [codes, emoji] = [text("bpe.codes"), text("emoji.json")];
const parsed = parseFastBpe({ vocab: text("vocab.txt"), merges: codes });
const opened = openFastBpe(openTables(file));

it("has the ids, the merges and the emoji names that the text files make", () => {
  const { vocabulary } = parsed;
  const pieces = Array.from({ length: vocabulary.size }, (_, id) => vocabulary.pieceOf(id));
  expect(opened.vocabulary.size).toBe(pieces.length);
  expect(pieces.map((_, id) => opened.vocabulary.pieceOf(id))).toEqual(pieces);
  const asked = [...pieces, "", "no such piece", "\ud83d", "x".repeat(5_000)];
  expect(asked.map(opened.vocabulary.idOf)).toEqual(asked.map(vocabulary.idOf));
  for (const name of ["bosId", "eosId", "unkId", "maskId"] as const)
    expect(opened.vocabulary[name]).toBe(vocabulary[name]);

  const words = codes.split("\n").map((line) => line.split(" ").slice(0, 2).join("").replaceAll("</w>", ""));
  expect(words.length).toBeGreaterThan(20_000);
  for (const word of words) {
    const codePoints = Array.from(word, (character) => character.codePointAt(0) as number);
    if (word) expect(opened.segment(codePoints, true)).toEqual(parsed.segment(codePoints, true));
  }
  expect(openTables(file).emoji).toEqual(parseEmojiNames(emoji));
});

it("is refused when an index of it is full, which would be searched without end", () => {
  const full = file.slice(0);
  new Uint8Array(full).fill(1, 200_000, 240_000);
  expect(() => openTokenizer(full, "fastbpe")).not.toThrow();
  new Uint8Array(full).fill(1, 4 * 10 + 4 * 32_001, 4 * 10 + 4 * 32_001 + 2 * 65_536);
  expect(() => openTokenizer(full, "fastbpe")).toThrow("index");
});

it("is refused when it is another file, or cut off", () => {
  const other = Uint8Array.from(readFileSync(`${FOLDER}/embeddings.bin`)).buffer;
  for (const bytes of [other, new ArrayBuffer(0), file.slice(0, 8), file.slice(0, 400_000)])
    expect(() => openTokenizer(bytes, "fastbpe")).toThrow();
});
