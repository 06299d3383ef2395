import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { seededRandom } from "../random.ts";

/** Of the vocabulary's commonest: what tweets are made of. */
const WORDS = 5_000;

/** "cannot" is two words to the tokenizer. */
const PLAIN_WORD = /^(?!cannot$)[a-z]{2,}$/;

/** Gives texts, each another one, of exactly so many tokens, <s> and </s> included. */
export type Texts = (tokens: number) => string;

/**
 * Texts of common words that are one piece each, drawn at random; the same ones in every run.
 *
 * @param bundle a folder whose vocab.txt is a fairseq dictionary
 */
export async function commonTexts(bundle: string, seed = 1): Promise<Texts> {
  const vocabulary = await readFile(join(bundle, "vocab.txt"), "utf8");
  const words = vocabulary
    .split("\n")
    .map((line) => line.split(" ", 1)[0] as string)
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
