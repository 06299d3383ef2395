import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readBundleFolder } from "../bundle_folder.ts";
import { seededRandom } from "../random.ts";

/** Number of the vocabulary's most frequent words, of which most tweets consist. */
const WORDS = 5_000;

/** "cannot" is two words to the tokenizer. */
const PLAIN_WORD = /^(?!cannot$)[a-z]{2,}$/;

/** Makes different texts of exactly this number of tokens, including <s> and </s>. */
export type Texts = (tokens: number) => string;

/** Pieces that are whole words anywhere in a text, most frequent first. */
const wordsOf = {
  fastbpe: (vocabulary: string) => vocabulary.split("\n").map((line) => line.split(" ", 1)[0] as string),
  "byte-level-bpe"(vocabulary: string) {
    const pieces = new Set(Object.keys(JSON.parse(vocabulary)));
    return [...pieces].filter((piece) => pieces.has(`Ġ${piece}`));
  },
};

/**
 * Texts of random frequent words with one piece each. They are the same in every run.
 *
 * @param bundle the folder
 */
export async function commonTexts(bundle: string, seed = 1): Promise<Texts> {
  const { tokenizer } = (await readBundleFolder(bundle)).manifest;
  const words = wordsOf[tokenizer.kind](await readFile(join(bundle, tokenizer.vocab), "utf8"))
    .filter((piece) => PLAIN_WORD.test(piece))
    .slice(0, WORDS);
  const random = seededRandom(seed);
  const word = () => words[Math.floor(random() * words.length)] as string;
  const given = new Set<string>();
  return (tokens) => {
    for (;;) {
      const text = Array.from({ length: tokens - 2 }, word).join(" ");
      if (given.has(text)) continue;
      given.add(text);
      return text;
    }
  };
}
