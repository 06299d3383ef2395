/** Task data as files, as scripts/training/bertweet/data/files.py reads it: JSON lines for classification, CoNLL for tagging; `.gz` allowed. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** An input for the service, and its gold labels: one for a text, or one for each token. */
export interface Example {
  input: { text: string } | { tokens: string[] };
  gold: string[];
}

/**
 * The examples of a split (`train`, `dev` or `test`) in a task's folder.
 *
 * @throws Error when the folder has no such split
 */
export async function readSplit(folder: string, split: string): Promise<Example[]> {
  const names = [".jsonl", ".jsonl.gz", ".conll", ".conll.gz"].map((ending) => join(folder, `${split}${ending}`));
  const path = names.find((name) => existsSync(name));
  if (!path) throw new Error(`${folder} has no ${split} split in JSON lines or CoNLL.`);
  const bytes = await readFile(path);
  const content = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return path.includes(".conll") ? parseConll(content) : parseJsonLines(content);
}

/** `{"text", "label"}` a line. A label that is a number is known by its digits. Empty texts, which the service refuses, are left out. */
export function parseJsonLines(content: string): Example[] {
  return content
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { text: string; label: string | number })
    .filter(({ text }) => text.trim() !== "")
    .map(({ text, label }) => ({ input: { text }, gold: [String(label)] }));
}

/** `token<TAB>tag` a line, a blank line between tweets. */
export function parseConll(content: string): Example[] {
  const tweets = content
    .replace(/\r\n?/g, "\n")
    .split("\n\n")
    .filter((block) => block.trim() !== "");
  return tweets.map((block) => {
    const lines = block.replace(/^\n+|\n+$/g, "").split("\n");
    const pairs = lines.map((line) => line.split("\t"));
    return { input: { tokens: pairs.map(([token]) => token as string) }, gold: pairs.map(([, tag]) => tag as string) };
  });
}
