import { readFileSync } from "node:fs";
import type { Tokenizer } from "../../src/tokenizer/index.ts";

/** A text, or pre-tokenized input, with the ids that the reference in Python gave it. */
interface Golden {
  text?: string;
  words?: string[];
  ids: number[];
}

/** The golden vectors of a file, and what its first line says of their making. */
export function readGolden(path: string): { versions: Record<string, string>; golden: Golden[] } {
  const [versions, ...golden] = readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  return { versions, golden };
}

/** Those that a tokenizer gives other ids. */
export function differing(tokenizer: Tokenizer, golden: readonly Golden[]): Golden[] {
  return golden.filter(({ text, words, ids }) => {
    const encoding = words === undefined ? tokenizer.encode(text as string) : tokenizer.encodeWords(words);
    return encoding.ids.join() !== ids.join();
  });
}
