import { execFile } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestHarness } from "wrangler";
import { readBundleFolder } from "../scripts/bundle_folder.ts";
import { seed } from "../scripts/seed.ts";
import { TASKS, writeData } from "./training/data.ts";
import { hasPython, installTraining, script, scriptCutOff, trainingPython } from "./training/python.ts";

const MINUTE = 60_000;
const ready = hasPython();
if (!ready) console.warn("The training scripts are not tested: that needs python3 3.11 or later with venv and pip.");

// One story, told in order: a model is made of a handful of texts by every script of scripts/training, and answers in workerd.
describe.skipIf(!ready)("the training scripts", () => {
  const folder = join(tmpdir(), `bertweet-training-${process.pid}`);
  const path = (name: string) => join(folder, name);
  const worker = createTestHarness({ workers: [{ configPath: "wrangler.toml", vars: { MODEL: "smoke" } }] });
  beforeAll(async () => {
    writeData(folder);
    await installTraining();
  }, 30 * MINUTE);
  afterAll(async () => {
    await worker.close();
    rmSync(folder, { recursive: true });
  });

  /** The training rows that other_sentiment.py wrote for `set`. */
  function rowsOf(set: string): { text: string; label: string }[] {
    const lines = readFileSync(path(`${set}/train.jsonl`), "utf8")
      .trim()
      .split("\n");
    return lines.map((line) => JSON.parse(line));
  }

  /** Exports `checkpoint` into `out`, and expects there the words and heads of the bundle `like`. */
  async function exportTheSameTables(checkpoint: string, out: string, like: string): Promise<void> {
    await exportBundle(checkpoint, out);
    const [before, after] = await Promise.all([readBundleFolder(path(like)), readBundleFolder(path(out))]);
    for (const name of ["words.bin", "heads.bin"])
      expect(after.manifest.files[name]).toEqual(before.manifest.files[name]);
  }

  function exportBundle(checkpoint: string, out: string, ...more: string[]): Promise<string> {
    return script("export.py", [
      ...["--checkpoint", path(checkpoint), "--tokenizer", path("tokenizer"), "--id", "smoke"],
      ...["--out", path(out), "--calibrate", path("mood/train.jsonl"), ...more],
    ]);
  }

  test("learn_bpe.py writes the tokenizer's files", { timeout: 10 * MINUTE }, async () => {
    const sizes = ["--vocab-size", "300", "--merges", "200"];
    const said = await script("learn_bpe.py", [
      "--tweets",
      path("tweets.txt.gz"),
      "--out",
      path("tokenizer"),
      ...sizes,
    ]);
    expect(said).toContain("150 tweets");
    expect(readFileSync(path("tokenizer/vocab.txt"), "utf8").split("\n").length).toBeLessThanOrEqual(296);
  });

  test("pretrain.py goes on where it was cut off", { timeout: 10 * MINUTE }, async () => {
    const args = ["--data", folder, "--bundle", path("tokenizer"), "--out", path("pretrained")];
    const small = ["--limit", "120", "--batch-tokens", "512", "--save-minutes", "0"];
    await scriptCutOff("pretrain.py", [...args, ...small], /^step 2: held out: loss \d/m);
    const said = await script("pretrain.py", [...args, ...small]);
    expect(said).toMatch(/pretrain-checkpoint\.pt: goes on after [2-9] steps/);
  });

  test("finetune.py trains every head, moves and calibrates it", { timeout: 10 * MINUTE }, async () => {
    const said = await script("finetune.py", [
      ...["--data", folder, "--bundle", path("tokenizer"), "--tasks", path("tasks.json"), "--out", path("finetuned")],
      ...["--pretrained", path("pretrained/pretrained.pt"), "--epochs", "1", "--max-passes", "1"],
      ...["--batch-tokens", "512", "--quantize-from", "0.5"],
    ]);
    expect(said).toMatch(
      /mood +macro_f1 +dev [\d.]+ -> [\d.]+ moved by +[\d-]+ steps +temperature [\d.]+ +calibration error/,
    );
    expect(said).toMatch(/place\/two +entity_f1 +dev/);
  });

  test("export.py writes a bundle whose int8 states are near those of fp32", { timeout: 10 * MINUTE }, async () => {
    const said = await exportBundle("finetuned/finetuned.pt", "bundle", "--check", path("mood/dev.jsonl"));
    expect(Number(said.match(/relative RMS ([\d.]+)/)?.[1])).toBeLessThan(0.2);
    const { manifest } = await readBundleFolder(path("bundle"));
    expect(Object.keys(manifest.tasks)).toEqual(["fill-mask", ...Object.keys(TASKS)]);
  });

  test("restore_checkpoint.py gives back the checkpoint that a bundle was made of", {
    timeout: 10 * MINUTE,
  }, async () => {
    await script("restore_checkpoint.py", ["--bundle", path("bundle"), "--out", path("restored.pt")]);
    await exportTheSameTables("restored.pt", "again", "bundle");
    const [weights, again] = [path("bundle/encoder.bin"), path("again/encoder.bin")].map((file) => readFileSync(file));
    const same = weights?.filter((byte, index) => byte === again?.[index]).length ?? 0;
    expect(same / (weights?.length ?? 1)).toBeGreaterThan(0.98); // a last bit of a scale may differ
  });

  test("finetune.py goes on with what answers.py asked the teachers of teach.py and teach_kernel.py", {
    timeout: 10 * MINUTE,
  }, async () => {
    const short = ["--data", folder, "--tasks", path("tasks.json"), "--batch-tokens", "512", "--limit", "40"];
    const tasks = ["--task", "mood=0.1", "--task", "place/two=0.5"];
    const taught = await script("teach.py", [...short, ...tasks, "--out", path("teacher.pt"), "--frozen-layers", "5"]);
    expect(taught).toMatch(/place\/two +entity_f1 +dev/);
    const kernel = ["--data", folder, "--tasks", path("tasks.json"), "--task", "mood", "--out", path("kernel.pt")];
    expect(await script("teach_kernel.py", kernel)).toMatch(/mood +macro_f1 +dev (1|0\.9)/);
    const asked = [
      "--data",
      folder,
      "--bundle",
      path("tokenizer"),
      "--finetuned",
      path("restored.pt"),
      "--texts",
      "60",
    ];
    const teachers = ["--teacher", path("teacher.pt"), "--teacher", path("kernel.pt")];
    await script("answers.py", [...asked, ...teachers, "--out", path("answers.pt")]);
    await script("answers.py", [...asked, "--unlabelled", "--out", path("own.pt")]);
    const said = await script("finetune.py", [
      ...[...short, "--epochs", "0.02", "--bundle", path("tokenizer"), "--pretrained", path("restored.pt")],
      ...["--answers", path("answers.pt"), "--answers", path("own.pt"), "--out", path("distilled")],
      ...["--borrowed", "mood", "--effort", "mood=2"],
    ]);
    expect(said).toMatch(/mood +macro_f1 +dev/);
  });

  test("average.py leaves a model that is averaged with itself as it was, but for its temperatures", {
    timeout: 10 * MINUTE,
  }, async () => {
    const average = (out: string, ...models: string[]) =>
      script("average.py", [
        ...["--data", folder, "--tasks", path("tasks.json"), "--bundle", path("tokenizer"), "--out", path(out)],
        ...models,
      ]);
    // What the last rounding to int8 changed may move a head; once it has, nothing is left to move.
    await average("once.pt", `${path("restored.pt")}=1`);
    await exportBundle("once.pt", "once");
    const said = await average("average.pt", `${path("once.pt")}=1`, `${path("once.pt")}=3`);
    expect(said).toMatch(/mood +macro_f1 +dev ([\d.]+) -> \1 moved by +0 steps +temperature/);
    await exportTheSameTables("average.pt", "averaged", "once");
  });

  test("other_sentiment.py takes clear and neutral ratings, and no tweet twice", { timeout: MINUTE }, async () => {
    const rated = [
      "2.5\tLove it &lt;3 @anonymous",
      "-1\tAwful http://url_removed",
      "0.7\tSo so",
      "0.5\tMonday",
      "2\tMonday",
    ];
    writeFileSync(path("ratings.txt"), rated.map((line, index) => `${index + 1}\t${line}\n`).join(""));
    await script("other_sentiment.py", ["vader", path("ratings.txt"), "--out", path("rated/train.jsonl")]);
    expect(rowsOf("rated")).toEqual([
      { text: "Love it <3 @someone", label: "positive" },
      { text: "Awful http://t.co/abcdef1234", label: "negative" },
      { text: "Monday", label: "neutral" },
    ]);
  });

  test.each([
    [
      "rivals",
      ["<e>Obama</e> is <a>right</a>\t1\t", "<e>Romney</e> speaks\t0\t", "0\t", "Who won?\t2\t"],
      { "Obama is right": "positive", "Romney speaks": "neutral" },
    ],
    [
      "debate",
      ["# 1 = negative", "content\trating.1\trating.2\trating.3", "Boo\t1\t1\t4", "Hm\t1\t2\t", "On air\t4\t\t"],
      { Boo: "negative", "On air": "neutral" },
    ],
    [
      "valence",
      [
        "ID\tTweet\tAffect Dimension\tIntensity Class",
        "1\tYes\\nyes\tvalence\t3: very",
        "2\tOh\tvalence\t-1: slightly",
      ],
      { "Yes yes": "positive" },
    ],
    [
      "strength",
      ["4\t2\tYay", "3\t2\tHm", "1\t1\tOn the bus", "2\t5\tNo!"],
      { Yay: "positive", "On the bus": "neutral", "No!": "negative" },
    ],
    [
      "health",
      ["content,sentiment,target", "Pass it!, positive, hcr", '"Well, no", negative, hcr', "?, unsure, hcr"],
      { "Pass it!": "positive", "Well, no": "negative" },
    ],
    [
      "sanders",
      ['"Topic","Sentiment","TweetText"', '"apple","neutral","A ""phone"""', '"apple","irrelevant","Una mela"'],
      { 'A "phone"': "neutral" },
    ],
  ])("other_sentiment.py brings %s into our labels", { timeout: MINUTE }, async (set, lines, labels) => {
    writeFileSync(path(`${set}.txt`), lines.map((line) => `${line}\n`).join(""));
    await script("other_sentiment.py", [set, path(`${set}.txt`), "--out", path(`${set}/train.jsonl`)]);
    expect(Object.fromEntries(rowsOf(set).map(({ text, label }) => [text, label]))).toEqual(labels);
  });

  test("other_sentiment.py keeps no more negative tweets of a debate than others, and none that annotators were unsure of", {
    timeout: MINUTE,
  }, async () => {
    const tweets = [
      "Negative,1,Boo",
      "Negative,0.9,Bah",
      "Negative,0.8,Meh",
      "Positive,0.7,So good Û_",
      "Neutral,0.3,Tonight",
    ];
    writeFileSync(path("debate.csv"), `sentiment,sentiment:confidence,text\r${tweets.join("\r")}\r`);
    const header = "ID\tTarget\tTweet\tStance\tOpinion towards\tSentiment";
    writeFileSync(path("stance.txt"), `${header}\n1\tAtheism\tBlessed #SemST\tAGAINST\tOTHER\tPOSITIVE\n`);
    await script("other_sentiment.py", ["gop", path("debate.csv"), "--out", path("debate/train.jsonl")]);
    await script("other_sentiment.py", [
      "stance",
      path("stance.txt"),
      path("stance.txt"),
      "--out",
      path("stance/train.jsonl"),
    ]);
    expect(rowsOf("debate")).toEqual([
      { text: expect.stringMatching("Boo|Bah|Meh"), label: "negative" },
      { text: "So good …", label: "positive" },
    ]);
    expect(rowsOf("stance")).toEqual([{ text: "Blessed", label: "positive" }]);
  });

  test("add_head.py adds a task that it learns, and leaves the rest alone", { timeout: 10 * MINUTE }, async () => {
    const args = ["--bundle", path("bundle"), "--data", path("own/shouting"), "--out", path("grown")];
    await script("add_head.py", [...args, "--name", "shouting"]);
    const [before, after] = await Promise.all([readBundleFolder(path("bundle")), readBundleFolder(path("grown"))]);
    const { shouting, ...tasks } = after.manifest.tasks;
    expect(tasks).toEqual(before.manifest.tasks);
    expect(shouting).toMatchObject({ kind: "classification", labels: ["calm", "shout"] });
    expect(shouting?.metrics.dev_accuracy).toBeGreaterThan(0.9);
    const changed = Object.keys(before.manifest.files).filter(
      (name) => before.manifest.files[name]?.sha256 !== after.manifest.files[name]?.sha256,
    );
    expect(changed).toEqual(["heads.bin"]);
    await expect(script("add_head.py", [...args, "--name", "mood"])).rejects.toThrow("already");
  });

  test("the Worker answers the bundle's tasks, the added one too", { timeout: 10 * MINUTE }, async () => {
    await worker.listen();
    await seed((await worker.getWorker<Env>().getEnv()).MODELS, path("grown"));
    const ask = async (task: string, body: object) => {
      const response = await worker.fetch(`/v1/${task}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
      expect(response.status).toBe(200);
      return response.json();
    };
    expect(await ask("shouting", { text: "THE TRAIN IS LOVE AGAIN !!!" })).toMatchObject({ label: "shout" });
    expect(await ask("shouting", { text: "the train is love again" })).toMatchObject({ label: "calm" });
    const story = await ask("story", { text: "so happy ".repeat(200), truncation: "window" });
    expect(story).toMatchObject({ label: expect.stringMatching(/^(bad|good)$/), truncated: false });
    expect(await ask("place", { tokens: ["in", "New", "York"] })).toMatchObject({ words: { length: 3 } });
    expect(await ask("fill-mask", { text: "my <mask> is late" })).toMatchObject({ masks: [{ start: 3, end: 9 }] });
  });

  test("evaluate.ts finds add_head.py's figure, and compare.ts the labels of PyTorch", {
    timeout: 10 * MINUTE,
  }, async () => {
    const url = (await worker.listen()).url.href.replace(/\/$/, "");
    const node = async (name: string, args: string[]) =>
      (await promisify(execFile)("node", [`scripts/${name}`, "--url", url, ...args])).stdout;
    const figures = path("figures.json");
    const own = ["--data", path("own"), "--tasks", path("own/tasks.json"), "--split", "dev", "--json", figures];
    expect(await node("evaluate.ts", own)).toMatch(/^\| shouting \| accuracy \| 16 \| /m);
    const { manifest } = await readBundleFolder(path("grown"));
    expect(JSON.parse(readFileSync(figures, "utf8")).shouting.accuracy).toBe(
      manifest.tasks.shouting?.metrics.dev_accuracy,
    );

    const model = ["--checkpoint", path("finetuned/finetuned.pt"), "--tokenizer", path("tokenizer")];
    const tests = ["--data", folder, "--tasks", path("tasks.json"), "--python", trainingPython];
    const table = await node("compare.ts", [...tests, ...model]);
    const agreement = [...table.matchAll(/\| ([\d.]+) % \|/g)].map(([, percent]) => Number(percent));
    expect(agreement).toHaveLength(3);
    for (const percent of agreement) expect(percent).toBeGreaterThan(75);
  });
});
