import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestHarness } from "wrangler";
import { readBundleFolder } from "../../scripts/bundle_folder.ts";
import { seed } from "../../scripts/seed.ts";
import { createTokenizer, openTokenizer } from "../../src/tokenizer/index.ts";
import { hasPython, installTraining, pythonFile, script } from "./python.ts";

const ready = hasPython();
if (!ready) console.warn("The converter is not tested: that needs python3 3.11 or later with venv and pip.");

/** Checkpoints, by their ids: each another head over BERTweet's tokenizer, or two over BERTweet-large's. */
const CHECKPOINTS = {
  classification: { head: "classification", tokenizer: "fastbpe" },
  "multi-label": { head: "multi-label", tokenizer: "fastbpe" },
  tagging: { head: "tagging", tokenizer: "fastbpe" },
  "fill-mask": { head: "fill-mask", tokenizer: "fastbpe" },
  "large-tagging": { head: "tagging", tokenizer: "byte-level" },
  "large-fill-mask": { head: "fill-mask", tokenizer: "byte-level" },
} as const;
type Id = keyof typeof CHECKPOINTS;
const IDS = Object.keys(CHECKPOINTS) as Id[];

const TOKENIZERS = {
  fastbpe: { folder: "models/bertweet-mini", pieces: 32_100 },
  "byte-level": { folder: "test/fixtures/tokenizer/byte-level", pieces: 2_800 },
};

const TEXTS = [
  "so happy with the new <mask> today 😂 @anna",
  "the <mask> is late again , and my phone is dead https://t.co/x",
  "Flying to New York with @ben on #monday , I can't wait for the <mask> !",
  "<mask> awful coffee this morning ... never again",
  "They told us the game was cancelled , but really it was just <mask>",
  "unbelievable goal in the last minute of the <mask> , what a night",
];
/** Bundles of the same checkpoints in int4, by their ids. */
const INT4 = {
  "int4-classification": { head: "classification", bits: ["words=4", "ffn=4"] },
  "int4-fill-mask": { head: "fill-mask", bits: ["words=4"] },
} as const;

/** The second, fourth, ... text is what convert.py measures by. */
const MEASURED = TEXTS.filter((_, index) => index % 2 === 1);

interface Reference {
  rms: number;
  answers: (number[] | Record<string, number>)[][];
}

interface Answer {
  scores?: { label: string; score: number }[];
  words?: { tag: string; score: number }[];
  masks?: { predictions: { token: string; score: number }[] }[];
}

// Small checkpoints with random weights are converted, and PyTorch and workerd answer the same texts.
describe.skipIf(!ready)("convert.py", () => {
  const folder = join(tmpdir(), `bertweet-convert-${process.pid}`);
  const path = (name: string) => join(folder, name);
  const labelsOf = async (id: Id) => {
    const task = (await readBundleFolder(path(`bundle-${id}`))).manifest.tasks[CHECKPOINTS[id].head];
    return task && "labels" in task ? task.labels : [];
  };
  const said = new Map<Id, string>();
  let references: Record<Id, Reference>;

  beforeAll(async () => {
    mkdirSync(folder);
    writeFileSync(path("texts.txt"), `${TEXTS.join("\n")}\n`);
    writeFileSync(path("measured.txt"), `${MEASURED.join("\n")}\n`);
    await installTraining();
    const sizes = "--layers 2 --hidden 64 --heads 4 --ffn 128 --tokens 62".split(" ");
    const make = async (id: Id) => {
      const { head, tokenizer } = CHECKPOINTS[id];
      const { folder, pieces } = TOKENIZERS[tokenizer];
      const format = id === "tagging" ? ["--bin"] : [];
      const vocabulary = ["--tokenizer", folder, "--vocab-size", String(pieces)];
      await script("random_checkpoint.py", ["--out", path(id), "--head", head, ...vocabulary, ...sizes, ...format]);
      const args = ["--checkpoint", path(id), "--out", path(`bundle-${id}`), "--texts", path("texts.txt")];
      said.set(id, await script("convert.py", [...args, "--id", id, "--task", head]));
    };
    await Promise.all(IDS.map(make));
    const makeInt4 = async ([id, { head, bits }]: [string, { head: Id; bits: readonly string[] }]) => {
      const args = ["--checkpoint", path(head), "--out", path(`bundle-${id}`), "--texts", path("texts.txt")];
      await script("convert.py", [...args, "--id", id, "--task", head, ...bits.flatMap((part) => ["--bits", part])]);
    };
    await Promise.all(Object.entries(INT4).map(makeInt4));
    const pairs = IDS.map((id) => `${path(id)}=${path(`bundle-${id}`)}`);
    await pythonFile("test/training/reference.py", [
      ...["--texts", path("measured.txt"), "--out", path("reference.json"), ...pairs],
    ]);
    const all = JSON.parse(readFileSync(path("reference.json"), "utf8")) as Reference[];
    references = Object.fromEntries(IDS.map((id, index) => [id, all[index]])) as Record<Id, Reference>;
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(IDS)("the shards of the %s checkpoint give PyTorch's hidden states", (id) => {
    expect(references[id].rms).toBeGreaterThan(0);
    expect(references[id].rms).toBeLessThan(0.05);
  });

  test("a bundle has a shard for each layer, and positions without RoBERTa's two unused rows", async () => {
    const { manifest } = await readBundleFolder(path("bundle-classification"));
    expect(manifest.encoder.map(({ graph, layers }) => [graph, layers])).toEqual([
      ["encoder-0.onnx", 1],
      ["encoder-1.onnx", 1],
    ]);
    expect(manifest.tensors.positions?.shape).toEqual([62, 64]);
    expect(manifest.architecture.max_tokens).toBe(62);
    expect(manifest.license).toBe("not stated");
  });

  test("a bundle of a checkpoint with vocab.json names the byte-level tokenizer, and the CLI reads it", async () => {
    const folder = path("bundle-large-fill-mask");
    const { manifest } = await readBundleFolder(folder);
    expect(manifest.tokenizer).toMatchObject({ kind: "byte-level-bpe", vocab: "vocab.json", merges: "merges.txt" });
    const text = "hi @bob <mask> 😂 http://x.y";
    const said = spawnSync("node", ["scripts/tokenize.ts", "--bundle", folder], { input: text, encoding: "utf8" });
    expect(JSON.parse(said.stdout).ids).toEqual([
      0, 2146, 2477, 840, 2760, 2744, 1081, 615, 1803, 615, 1273, 615, 567, 615, 291, 1502, 1556, 2,
    ]);
  });

  test.each<Id>(["classification", "large-tagging"])(
    "the tables of the %s bundle make its files' tokenizer",
    async (id) => {
      const folder = path(`bundle-${id}`);
      const { kind, tables, ...names } = (await readBundleFolder(folder)).manifest.tokenizer;
      const text = (name: string) => readFileSync(join(folder, name), "utf8");
      const { vocab, merges, emoji } = names;
      const parsed = createTokenizer({ vocab: text(vocab), merges: text(merges), emoji: text(emoji) }, kind);
      const opened = openTokenizer(Uint8Array.from(readFileSync(join(folder, tables as string))).buffer, kind);
      const pieces = Array.from({ length: parsed.vocabSize }, (_, id) => parsed.pieceOf(id));
      expect(pieces.map((_, id) => opened.pieceOf(id))).toEqual(pieces);
      for (const each of [...TEXTS, ...pieces]) expect(opened.encode(each)).toEqual(parsed.encode(each));
    },
  );

  test("it refuses what the service can't run, and says why", async () => {
    const config = JSON.parse(readFileSync(path("tagging/config.json"), "utf8"));
    writeFileSync(path("tagging/config.json"), JSON.stringify({ ...config, model_type: "bert" }));
    await expect(script("convert.py", ["--checkpoint", path("tagging"), "--out", path("none")])).rejects.toThrow(
      `"model_type" is 'bert'; the service runs 'roberta'`,
    );
  });

  describe.each(["ort", "simd"])("in workerd by %s", (engine) => {
    const models = [...IDS, ...Object.keys(INT4)];
    const vars = { MODEL: models.join(), ENGINE: engine };
    const worker = createTestHarness({ workers: [{ configPath: "wrangler.toml", vars }] });
    beforeAll(async () => {
      await worker.listen();
      const { MODELS } = await worker.getWorker<Env>().getEnv();
      for (const id of models) await seed(MODELS, path(`bundle-${id}`));
    });
    afterAll(() => worker.close());

    const post = (id: Id, options: object) =>
      worker.fetch(`/v1/${CHECKPOINTS[id].head}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ texts: MEASURED, model: id, ...options }),
      });

    async function ask(id: Id, options: object = {}): Promise<Answer[]> {
      const response = await post(id, options);
      expect(response.status).toBe(200);
      return ((await response.json()) as { results: Answer[] }).results;
    }

    test.each(["classification", "multi-label"] as const)("%s loses what the report says", async (head) => {
      const labels = await labelsOf(head);
      const differences = (await ask(head)).flatMap(({ scores = [] }, text) =>
        scores.map(({ label, score }) => {
          const [row] = references[head].answers[text] as number[][];
          return Math.abs(score - (row?.[labels.indexOf(label)] as number));
        }),
      );
      expect(differences).toHaveLength(MEASURED.length * labels.length);
      const reported = Number(said.get(head)?.match(/differs by ([\d.]+) at most/)?.[1]);
      expect(Math.max(...differences)).toBeLessThan(0.05);
      // The engine of our own rounds otherwise.
      if (engine === "ort") expect(Math.max(...differences)).toBeCloseTo(reported, 2);
    });

    test("int4 layers answer nearly as int8 ones, in the engine that has them, and are refused in the other", async () => {
      const model = "int4-classification";
      if (engine === "ort") {
        const response = await post("classification", { model });
        expect(response.status).toBe(503);
        expect(await response.json()).toMatchObject({ detail: expect.stringContaining("int4") });
        return;
      }
      const [int8, int4] = [await ask("classification"), await ask("classification", { model })];
      const differences = int4.flatMap(({ scores = [] }, text) =>
        scores.map(({ label, score }) => {
          const other = int8[text]?.scores?.find((given) => given.label === label);
          return Math.abs(score - (other?.score as number));
        }),
      );
      expect(differences).toHaveLength(MEASURED.length * 3);
      expect(Math.max(...differences)).toBeGreaterThan(0.001);
      expect(Math.max(...differences)).toBeLessThan(0.1);
    });

    test("an int4 word table fills a mask nearly as PyTorch would", async () => {
      for (const [text, { masks = [] }] of (await ask("fill-mask", { model: "int4-fill-mask" })).entries()) {
        const [wanted] = references["fill-mask"].answers[text] as Record<string, number>[];
        for (const { token, score } of masks[0]?.predictions ?? [])
          expect(Math.abs(Math.log(score / (wanted?.[token] as number)))).toBeLessThan(0.4);
      }
    });

    test("labels that can hold at once have probabilities of their own", async () => {
      const sums = (await ask("multi-label")).map(({ scores = [] }) =>
        scores.reduce((sum, { score }) => sum + score, 0),
      );
      for (const sum of sums) expect(Math.abs(sum - 1)).toBeGreaterThan(0.01);
    });

    test.each(["tagging", "large-tagging"] as const)("%s: every word's tag has PyTorch's probability", async (id) => {
      const labels = await labelsOf(id);
      for (const [text, { words = [] }] of (await ask(id)).entries()) {
        const rows = references[id].answers[text] as number[][];
        expect(words).toHaveLength(rows.length);
        for (const [word, { tag, score }] of words.entries())
          expect(Math.abs(score - (rows[word]?.[labels.indexOf(tag)] as number))).toBeLessThan(0.05);
      }
    });

    test.each(["fill-mask", "large-fill-mask"] as const)("%s: what fills a mask is PyTorch's", async (id) => {
      for (const [text, { masks = [] }] of (await ask(id, { top_k: 20 })).entries()) {
        const [wanted] = references[id].answers[text] as Record<string, number>[];
        expect(masks).toHaveLength(1);
        for (const { token, score } of masks[0]?.predictions ?? [])
          expect(Math.abs(Math.log(score / (wanted?.[token] as number)))).toBeLessThan(0.2);
      }
    });
  });
});
