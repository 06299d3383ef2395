import { readFile } from "node:fs/promises";
import { join } from "node:path";

const GOLDEN = join(import.meta.dirname, "../../test/fixtures/tokenizer/golden.jsonl");

/** Real texts for the bench: of a file with one a line, or with JSON lines that have a `text`; by default those of the tokenizer's tests. */
export async function readTweets(file = GOLDEN): Promise<string[]> {
  const lines = (await readFile(file, "utf8")).split("\n").filter(Boolean);
  if (!file.endsWith(".jsonl")) return lines;
  return lines
    .flatMap((line) => (JSON.parse(line) as { text?: string }).text ?? [])
    .filter((text) => text.isWellFormed());
}
