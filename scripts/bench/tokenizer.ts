import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseFastBpe } from "../../src/tokenizer/bpe/fastbpe.ts";
import { cacheWords } from "../../src/tokenizer/bpe/word-cache.ts";
import { createTokenizer } from "../../src/tokenizer/index.ts";
import { quantile } from "../metrics.ts";
import { startPeer } from "./peers/python.ts";
import { figureRows, type Report } from "./row.ts";
import { BUNDLE } from "./service.ts";
import type { Settings } from "./settings.ts";
import { type Contestant, clock, takeTurns } from "./turns.ts";
import { readTweets } from "./tweets.ts";

const [OURS, PYTHON] = ["this tokenizer", "Python BertweetTokenizer"];
const [OUR_BPE, RUST_BPE] = ["this BPE", "Rust tokenizers' BPE"];

/** Tweets a second, for the whole tokenizer and for its BPE, compared with other tokenizers. */
export async function tokenizer({ quick, python, tweets }: Settings): Promise<Report> {
  const texts = await readTweets(tweets);
  const read = (name: string) => readFile(join(BUNDLE, name), "utf8");
  const [vocab, merges, emoji] = await Promise.all(["vocab.txt", "bpe.codes", "emoji.json"].map(read));
  const files = { vocab, merges, emoji } as { vocab: string; merges: string; emoji: string };
  const ours = createTokenizer(files);
  const segment = cacheWords(parseFastBpe(files));
  const countPieces = (word: number[]) => {
    let count = 0;
    segment(word, 0, word.length, true, () => count++);
    return count;
  };
  const normalized = texts.map((text) => ours.encode(text).normalized).filter((text) => text.isWellFormed()); // as Python's strings
  const words = normalized.map((text) => text.split(" ").filter(Boolean).map(codePointsOf));

  const ids = new Map<string, number>();
  const whole = new Map<string, Contestant>([
    [
      OURS,
      () =>
        clock(() =>
          ids.set(
            OURS,
            texts.reduce((sum, text) => sum + ours.encode(text).ids.length - 2, 0),
          ),
        ),
    ],
  ]);
  const bpe = new Map<string, Contestant>([
    [
      OUR_BPE,
      () =>
        clock(() =>
          ids.set(
            OUR_BPE,
            words.flat().reduce((sum, word) => sum + countPieces(word), 0),
          ),
        ),
    ],
  ]);
  const folder = await mkdtemp(join(tmpdir(), "bertweet-texts-"));
  const peer = python ? startPeer(python, "tokenizers_peer.py", ["--bundle", BUNDLE]) : undefined;
  if (peer) {
    for (const [name, contestants, command, input] of [
      [PYTHON, whole, "bertweet", texts],
      [RUST_BPE, bpe, "bpe", normalized],
    ] as const) {
      const file = join(folder, `${command}.json`);
      await writeFile(file, JSON.stringify(input));
      contestants.set(name, async () => {
        const answer = JSON.parse(await peer.ask(`${command} ${file}`)) as { seconds: number; ids: number };
        ids.set(name, answer.ids);
        return answer.seconds * 1_000;
      });
    }
  }
  const rounds = quick ? { rounds: 2, warmUp: 1 } : { rounds: 9, warmUp: 2 };
  const perSecond = async (contestants: ReadonlyMap<string, Contestant>, count: number) => {
    const times = await takeTurns(contestants, rounds);
    return new Map([...times].map(([name, each]) => [name, (1_000 * count) / quantile(each, 0.5)]));
  };
  const rows = [
    ...figureRows(await perSecond(whole, texts.length), peer ? PYTHON : OURS, { unit: "tweets/s" }),
    ...figureRows(await perSecond(bpe, normalized.length), peer ? RUST_BPE : OUR_BPE, { unit: "tweets/s" }),
  ];
  await peer?.close();
  await rm(folder, { recursive: true });
  const counts = [...ids].map(([name, count]) => `${name} ${count.toLocaleString("en")}`).join(", ");
  return {
    rows,
    notes: [
      `${texts.length.toLocaleString("en")} texts; pieces: ${counts}.`,
      ...(peer ? [] : [`${PYTHON}, ${RUST_BPE}: not given --python`]),
    ],
  };
}

function codePointsOf(word: string): number[] {
  return Array.from(word, (character) => character.codePointAt(0) as number);
}
