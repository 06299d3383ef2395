import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Merges, mergeSymbols } from "../../src/tokenizer/bpe/merge-symbols.ts";
import { NO_RANK } from "../../src/tokenizer/bpe/pair-ranks.ts";
import { createTokenizer } from "../../src/tokenizer/index.ts";
import { expectLinear } from "./growth.ts";

const bundle = "models/bertweet-mini";
const byteLevel = "test/fixtures/tokenizer/byte-level";
const emoji = readFileSync(`${bundle}/emoji.json`, "utf8");
const read = (vocab: string, merges: string) => ({
  vocab: readFileSync(vocab, "utf8"),
  merges: readFileSync(merges, "utf8"),
  emoji,
});

const fastBpe = createTokenizer(read(`${bundle}/vocab.txt`, `${bundle}/bpe.codes`));
const byteLevelBpe = createTokenizer(read(`${byteLevel}/vocab.json`, `${byteLevel}/merges.txt`), "byte-level-bpe");

const LETTERS = "etaoinshrdlucmfwypvbgkqjxz";

/** Letters without a pattern, so that a word has many different pairs. */
function letters(length: number): string {
  let seed = 1;
  return Array.from({ length }, () => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return LETTERS[(seed >>> 16) % LETTERS.length];
  }).join("");
}

/** Repeated parts at which a pattern, a scanner or a merge could start again and again. */
const units = [
  ..."a1@#(&<>.-+'_:;/\\)[]{}|*%?!~^=\"$, \n\t\u00a0\u200d\u0301\ufe0f\ud83d\ude00",
  "😂",
  "日",
  "ſ",
  "ab",
  "a.",
  "a.a.a.a",
  "a-",
  "a'",
  "a-'",
  "_'",
  "#a",
  "#'",
  "##a",
  "#a-'",
  "#_'-",
  "@a",
  "@ ",
  "a@",
  "a@a.",
  "a@b.",
  "a@a.b.",
  "a@-.",
  ".a@",
  "&#",
  "&#x",
  "&#1",
  "&amp",
  "&amp;",
  "&#65;",
  "&a_",
  "<a",
  "<-",
  "->",
  "<s>",
  "<mask>",
  "<mask",
  "http:",
  "http:/",
  "http://",
  "http:///(",
  "http:((((",
  "http://(a(",
  "www.",
  "a.com",
  "a.com/",
  "a.com(",
  "a.com@",
  "a.co-",
  "(a",
  "(a)",
  "((",
  "()",
  "(a)(",
  "a)b(",
  "1.",
  "1-",
  "1 ",
  "+1",
  "111 ",
  "111-*",
  "(111) ",
  "111.111.",
  "1 *-.",
  "1 - . ",
  ". ",
  ".+",
  ".\n\t",
  ". \u00a0\n",
  ":-",
  ":'",
  ":)",
  "n't ",
  "cannot ",
  "ca n't",
  "'s ",
  " p . m .",
  " a . m ",
  "’",
  "…",
  "👩\u200d👩\u200d",
  "e\u0301\u0302",
  "İ",
  "\u0130@.",
  "\ud83d",
  "\ude00\ud83d",
];

/** A character or prefix before a long run of other characters. Only a scan to the end of the run shows that there is no match. */
const runs: [string, string][] = [
  ["#a", "'-"],
  ["a", "'-"],
  [".", " \n"],
  ["111", " *-."],
  ["&", "a1"],
  ["<", "a1"],
  ["http://", "(a"],
  ["http://a", ")("],
  ["a@", "a-"],
  ["&#x", "0f"],
  ["&#", "12"],
  ["@", "a_"],
];

/** A text of a length that is made of a unit. */
const repeated = (unit: string) => (length: number) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

const families: [string, (length: number) => string][] = [
  ["letters in one word", letters],
  ["digits and letters in one word", (length) => letters(length).replaceAll("e", "7")],
  ...units.map((unit): [string, (length: number) => string] => [JSON.stringify(unit), repeated(unit)]),
  ...runs.flatMap(([prefix, unit]): [string, (length: number) => string][] => [
    [`${JSON.stringify(prefix)} and a run of ${JSON.stringify(unit)}`, (length) => prefix + repeated(unit)(length)],
    [
      `many of ${JSON.stringify(prefix)} before a run of ${JSON.stringify(unit)}`,
      (length) => repeated(prefix)(length / 2) + repeated(unit)(length / 2),
    ],
  ]),
];

test.each(families)("%s of 20,000 characters costs about ten times as much as of 2,000", (_, make) => {
  const [small, large] = [make(2_000), make(20_000)];
  // Both kinds normalize alike, so each is asked in one way.
  expectLinear(
    () => fastBpe.encode(small),
    () => fastBpe.encode(large),
  );
  expectLinear(
    () => byteLevelBpe.encodeWords([small]),
    () => byteLevelBpe.encodeWords([large]),
  );
});

test("every text is read to its end", () => {
  for (const [, make] of families) {
    const text = make(2_000);
    expect(fastBpe.encode(text).offsets.at(-1)).toEqual([text.length, text.length]);
  }
});

test("a word in which each round merges one pair costs what its length does, not the square of it", () => {
  /** Symbols 0, 1, 2, ...: 0 and 1 merge first, then 2 and 3, and so on. */
  const rules: Merges = {
    rankOf: (left, right) => (left % 2 === 0 && right === left + 1 ? left : NO_RANK),
    mergedSymbol: () => -1,
  };
  const merge = (length: number) =>
    mergeSymbols(
      Array.from({ length }, (_, i) => i),
      rules,
    );
  expect(merge(20_000).symbols).toHaveLength(10_000);
  expectLinear(
    () => merge(2_000),
    () => merge(20_000),
  );
});
