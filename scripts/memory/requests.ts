import type { Manifest } from "../../src/bundle/manifest.ts";
import { commonTexts } from "../bench/texts.ts";
import { seededRandom } from "../random.ts";

const SHORT_TOKENS = 25;

/** Made-up words consist of rare pieces, so that rows of the word table must be fetched. */
const MADE_UP_WORDS = 8;

/**
 * Paths that ask the tasks of a bundle in turn, each with a different text. The texts alternate: 25 tokens, as many tokens as the model
 * reads, rare pieces.
 */
export async function taskPaths(bundle: string, { tasks, architecture }: Manifest, count: number): Promise<string[]> {
  const common = await commonTexts(bundle);
  const random = seededRandom(2);
  const letter = () => String.fromCharCode(97 + Math.floor(random() * 26));
  const madeUp = () =>
    Array.from({ length: MADE_UP_WORDS }, () => Array.from({ length: 5 }, letter).join("")).join(" ");
  const texts = [() => common(SHORT_TOKENS), () => common(architecture.max_tokens), madeUp];
  const names = Object.keys(tasks);
  return Array.from({ length: count }, (_, index) => {
    const task = names[Math.floor(index / texts.length) % names.length] as string;
    const text = (texts[index % texts.length] as () => string)();
    const asked = tasks[task]?.kind === "fill-mask" ? `<mask> ${text}` : text;
    const [name, scheme] = task.split("/");
    return `/v1/${name}?text=${encodeURIComponent(asked)}${scheme ? `&scheme=${scheme}` : ""}`;
  });
}

/** Asks `path` and waits for the answer's last byte. @throws Error for any status but 200 */
export async function ask(url: URL, path: string): Promise<string> {
  const response = await fetch(new URL(path, url));
  const body = await response.text();
  if (response.status !== 200) throw new Error(`${path.slice(0, 80)}: ${response.status} ${body}`);
  return body;
}

/** Asks all paths, `atOnce` at a time. */
export async function askAll(url: URL, paths: readonly string[], atOnce: number): Promise<void> {
  const rest = paths.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const path of rest) await ask(url, path);
    }),
  );
}
