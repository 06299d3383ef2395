import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { seededRandom } from "../../scripts/random.ts";

const PLACES = ["Berlin", "Paris", "New York"];
const GOOD = ["love", "great", "happy", "😂"];
const BAD = ["hate", "awful", "sad", "😭"];
const FILLERS =
  "the a train coffee my phone today so this morning @anna https://t.co/x is was #monday really again".split(" ");

/** As scripts/training/tasks.json describes the real ones. */
export const TASKS = {
  mood: {
    folder: "mood",
    metric: "macro_f1",
    description: "Good or bad mood",
    data: "synthetic",
    borrows: { stories: "same" },
    cut: 0.5,
  },
  "place/two": {
    folder: "places",
    metric: "entity_f1",
    description: "Places",
    data: "synthetic",
    default: true,
    borrows: { towns: { town: "place" } },
  },
  story: {
    folder: "stories",
    metric: "accuracy",
    description: "Mood of a long text",
    data: "synthetic",
    windows: true,
  },
};

/** A folder as the scripts want it: unlabelled tweets and three small tasks, of words drawn with a fixed seed. */
export function writeData(folder: string): void {
  const random = seededRandom(5);
  const pick = (words: readonly string[]) => words[Math.floor(random() * words.length)] as string;
  const filler = (count: number) => Array.from({ length: count }, () => pick(FILLERS));
  const write = (name: string, content: string | Buffer) => {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), content);
  };
  const rows = (count: number, row: () => object) =>
    Array.from({ length: count }, () => `${JSON.stringify(row())}\n`).join("");

  const moody = (length: number) => {
    const label = pick(["bad", "good"]);
    const words = filler(length).flatMap((word, index) =>
      index % 4 === 1 ? [word, pick(label === "good" ? GOOD : BAD)] : word,
    );
    return { text: words.join(" "), label };
  };
  const placed = (type: string) => () => {
    const place = pick(PLACES).split(" ");
    const words = [
      ...filler(3).map((word) => [word, "O"]),
      ...place.map((word, at) => [word, `${at ? "I" : "B"}-${type}`]),
    ];
    return `${words.map((pair) => pair.join("\t")).join("\n")}\n\n`;
  };
  const shouted = () => {
    const label = pick(["calm", "shout"]);
    const text = moody(5).text;
    return { text: label === "shout" ? `${text.toUpperCase()} !!!` : text, label };
  };

  const tweets = Array.from({ length: 150 }, () => `${moody(8).text} ${pick(PLACES)}\n`).join("");
  write("tweets.txt.gz", gzipSync(tweets));
  for (const [split, size] of Object.entries({ train: 48, dev: 16, test: 16 })) {
    write(
      `mood/${split}.jsonl`,
      rows(size, () => moody(7)),
    );
    write(`stories/${split}.jsonl.gz`, gzipSync(rows(size / 4, () => moody(160))));
    write(`places/${split}.conll`, Array.from({ length: size }, placed("place")).join(""));
    const shouts = Array.from({ length: size }, shouted);
    const lines = (labelOf: (label: string) => string | number) =>
      shouts.map(({ text, label }) => `${JSON.stringify({ text, label: labelOf(label) })}\n`).join("");
    write(
      `own/shouting/${split}.jsonl`,
      lines((label) => label),
    );
    write(
      `own/numbered/${split}.jsonl`,
      lines((label) => (label === "calm" ? 2 : 10)),
    );
  }
  write("towns/train.conll", Array.from({ length: 24 }, placed("town")).join(""));
  write("tasks.json", JSON.stringify(TASKS));
  write(
    "own/tasks.json",
    JSON.stringify({
      shouting: { folder: "shouting", metric: "accuracy" },
      numbered: { folder: "numbered", metric: "accuracy" },
    }),
  );
}
