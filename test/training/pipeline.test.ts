import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestHarness } from "wrangler";
import { readBundleFolder } from "../../scripts/bundle_folder.ts";
import { seed } from "../../scripts/seed.ts";
import { TASKS, writeData } from "./data.ts";
import { hasPython, installTraining, script, scriptCutOff, trainingPython } from "./python.ts";

const ready = hasPython();
if (!ready) console.warn("The training scripts are not tested: that needs python3 3.11 or later with venv and pip.");

// A model is made of a handful of texts, once. Each test starts from it.
describe.skipIf(!ready)("the training scripts", () => {
  const folder = mkdtempSync(join(tmpdir(), "bertweet-training-"));
  const path = (name: string) => join(folder, name);
  const data = ["--data", folder, "--tasks", path("tasks.json")];
  const tokenizer = ["--bundle", path("tokenizer")];
  const said = { learnBpe: "", pretrain: "", finetune: "", export: "" };

  const exportBundle = (checkpoint: string, out: string, ...more: string[]) =>
    script("export.py", [
      ...["--checkpoint", path(checkpoint), "--tokenizer", path("tokenizer"), "--id", "smoke"],
      ...["--out", path(out), "--calibrate", path("mood/train.jsonl"), "--tasks", path("tasks.json"), ...more],
    ]);

  beforeAll(async () => {
    writeData(folder);
    await installTraining();
    const sizes = ["--vocab-size", "300", "--merges", "200"];
    said.learnBpe = await script("learn_bpe.py", [
      ...["--tweets", path("tweets.txt.gz"), "--out", path("tokenizer"), ...sizes],
    ]);
    const small = ["--out", path("pretrained"), "--limit", "120", "--batch-tokens", "512", "--save-minutes", "0"];
    await scriptCutOff("pretrain.py", [...data, ...tokenizer, ...small], /^step 2: held out: loss \d/m);
    said.pretrain = await script("pretrain.py", [...data, ...tokenizer, ...small]);
    const undisturbed = ["--out", path("undisturbed"), "--limit", "120", "--batch-tokens", "512"];
    await script("pretrain.py", [...data, ...tokenizer, ...undisturbed]);
    said.finetune = await script("finetune.py", [
      ...[...data, ...tokenizer, "--out", path("finetuned"), "--pretrained", path("pretrained/pretrained.pt")],
      ...["--epochs", "1", "--max-passes", "1", "--batch-tokens", "512", "--quantize-from", "0.5"],
    ]);
    said.export = await exportBundle("finetuned/finetuned.pt", "bundle", "--check", path("mood/dev.jsonl"));
    await script("restore_checkpoint.py", ["--bundle", path("bundle"), "--out", path("restored.pt")]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Exports `checkpoint` into `out`, and expects there the same files `names` as in the bundle `like`. */
  async function expectSameFiles(checkpoint: string, out: string, like: string, names: string[]): Promise<void> {
    await exportBundle(checkpoint, out);
    const [before, after] = await Promise.all([readBundleFolder(path(like)), readBundleFolder(path(out))]);
    for (const name of names) expect(after.manifest.files[name]).toEqual(before.manifest.files[name]);
  }

  test("learn_bpe.py writes the tokenizer's files", () => {
    expect(said.learnBpe).toContain("150 tweets");
    expect(readFileSync(path("tokenizer/vocab.txt"), "utf8").split("\n").length).toBeLessThanOrEqual(296);
  });

  test("pretrain.py goes on where it was cut off", () => {
    expect(said.pretrain).toMatch(/pretrain-checkpoint\.pt: goes on after [2-9] steps/);
  });

  test("a run that was cut off ends with the weights of an undisturbed one", async () => {
    const code = `
import sys, torch
one, other = (torch.load(path, weights_only=True)["encoder"] for path in sys.argv[1:])
print(all(torch.equal(one[name], other[name]) for name in one))`;
    const files = [path("pretrained/pretrained.pt"), path("undisturbed/pretrained.pt")];
    const { stdout: same } = await promisify(execFile)(trainingPython, ["-c", code, ...files]);
    expect(same.trim()).toBe("True");
  });

  test("finetune.py trains every head, moves and calibrates it", () => {
    expect(said.finetune).toMatch(
      /mood +macro_f1 +dev [\d.]+ -> [\d.]+ moved by +[\d-]+ steps +temperature [\d.]+ +calibration error/,
    );
    expect(said.finetune).toMatch(/place\/two +entity_f1 +dev/);
  });

  test("export.py writes a bundle whose int8 states are near those of fp32", async () => {
    expect(Number(said.export.match(/relative RMS ([\d.]+)/)?.[1])).toBeLessThan(0.2);
    const { manifest } = await readBundleFolder(path("bundle"));
    expect(Object.keys(manifest.tasks)).toEqual(["fill-mask", ...Object.keys(TASKS)]);
    expect(manifest.tasks.story?.truncation).toBe("window");
    expect(manifest.tasks["place/two"]?.default).toBe(true);
    expect(manifest.tasks.mood).not.toHaveProperty("truncation");
  });

  test("restore_checkpoint.py gives back the checkpoint that a bundle was made of", async () => {
    await expectSameFiles("restored.pt", "again", "bundle", ["words.bin", "heads.bin"]);
    const [weights, again] = [path("bundle/encoder.bin"), path("again/encoder.bin")].map((file) => readFileSync(file));
    const same = weights?.filter((byte, index) => byte === again?.[index]).length ?? 0;
    expect(same / (weights?.length ?? 1)).toBeGreaterThan(0.98); // a last bit of a scale may differ
  });

  test("finetune.py goes on with what answers.py asked the teachers of teach.py", async () => {
    const short = ["--batch-tokens", "512", "--limit", "40"];
    const tasks = ["--task", "mood=0.1", "--task", "place/two=0.5", "--frozen-layers", "5"];
    const taught = await script("teach.py", [...data, ...short, ...tasks, "--out", path("teacher.pt")]);
    expect(taught).toMatch(/place\/two +entity_f1 +dev/);
    const asked = [...data, ...tokenizer, "--finetuned", path("restored.pt"), "--texts", "60"];
    await script("answers.py", [...asked, "--teacher", path("teacher.pt"), "--out", path("answers.pt")]);
    await script("answers.py", [...asked, "--out", path("own.pt")]);
    const distilled = await script("finetune.py", [
      ...[...data, ...tokenizer, ...short, "--pretrained", path("restored.pt"), "--out", path("distilled")],
      ...["--epochs", "0.02", "--answers", path("answers.pt"), "--answers", path("own.pt")],
      ...["--effort", "mood=2"],
    ]);
    expect(distilled).toMatch(/mood +macro_f1 +dev/);
  });

  test("a file of another format is refused in one line", async () => {
    const wrong = ["--checkpoint", path("teacher.pt"), "--tokenizer", path("tokenizer")];
    await expect(script("predict.py", wrong)).rejects.toThrow("has the format 'teacher', needed is model");
  });

  test("add_exits.py adds exits, and leaves the rest alone", async () => {
    const options = [
      "--bundle",
      path("bundle"),
      "--data",
      path("mood"),
      "--name",
      "mood",
      "--layer",
      "2",
      "--layer",
      "1",
    ];
    expect(await script("add_exits.py", [...options, "--out", path("exiting")])).toMatch(/equal labels/);
    const [before, after] = await Promise.all([readBundleFolder(path("bundle")), readBundleFolder(path("exiting"))]);
    const { mood, ...others } = after.manifest.tasks;
    expect({ ...others, mood: before.manifest.tasks.mood }).toEqual(before.manifest.tasks);
    const { exits = [] } = mood as { exits?: { layer: number; golden: number[][] }[] };
    expect(exits.map(({ layer }) => layer)).toEqual([1, 2]);
    expect(exits[0]?.golden).toHaveLength(after.manifest.golden?.texts.length ?? 0);
    const { "exits.bin": added, ...files } = after.manifest.files;
    expect(added?.bytes).toBeGreaterThan(0);
    expect(files).toEqual(before.manifest.files);
    const again = ["--bundle", path("exiting"), "--data", path("mood"), "--name", "mood", "--layer", "1"];
    await expect(script("add_exits.py", [...again, "--out", path("twice")])).rejects.toThrow("without exits");
  });

  describe("add_head.py", () => {
    const worker = createTestHarness({ workers: [{ configPath: "wrangler.toml", vars: { MODEL: "grown" } }] });
    const added = ["--bundle", path("bundle"), "--data", path("own/shouting"), "--out", path("shouted")];
    const numbered = ["--bundle", path("shouted"), "--data", path("own/numbered"), "--name", "numbered"];
    let url: string;
    beforeAll(async () => {
      await script("add_head.py", [...added, "--name", "shouting"]);
      await script("add_head.py", [...numbered, "--out", path("grown")]);
      url = (await worker.listen()).url.href.replace(/\/$/, "");
      await seed((await worker.getWorker<Env>().getEnv()).MODELS, path("grown"));
    });
    afterAll(() => worker.close());

    test("adds a task that it learns, and leaves the rest alone", async () => {
      const [before, after] = await Promise.all([readBundleFolder(path("bundle")), readBundleFolder(path("shouted"))]);
      const { shouting, ...tasks } = after.manifest.tasks;
      expect(tasks).toEqual(before.manifest.tasks);
      expect(shouting).toMatchObject({ kind: "classification", labels: ["calm", "shout"] });
      expect(shouting?.metrics.dev_accuracy).toBeGreaterThan(0.8); // of 16 texts; half of them by chance
      const changed = Object.keys(before.manifest.files).filter(
        (name) => before.manifest.files[name]?.sha256 !== after.manifest.files[name]?.sha256,
      );
      expect(changed).toEqual(["heads.bin"]);
      await expect(script("add_head.py", [...added, "--name", "mood"])).rejects.toThrow("already");
    });

    test("gives the new bundle an id of its own, and refuses the old one's", async () => {
      const { manifest } = await readBundleFolder(path("shouted"));
      expect(manifest.id).toBe("shouted");
      const same = [...added, "--name", "shouting", "--id", "smoke"];
      await expect(script("add_head.py", same)).rejects.toThrow(
        "the old bundle is smoke: the new one needs an id of its own",
      );
    });

    test("takes numbers as labels, in their order, and names the line of a text without one", async () => {
      const { manifest } = await readBundleFolder(path("grown"));
      expect(manifest.tasks.numbered).toMatchObject({ labels: ["2", "10"] });
      mkdirSync(path("own/wrong"));
      for (const [line, problem] of [
        ['{"text": "x", "label": -1}', "not -1"],
        ['{"text": "x", "label": true}', "not True"],
        ['{"text": "x"}', "is not"],
      ] as const) {
        for (const split of ["train", "dev"])
          writeFileSync(path(`own/wrong/${split}.jsonl`), `{"text": "x", "label": 0}\n${line}\n`);
        const wrong = [
          "--bundle",
          path("bundle"),
          "--data",
          path("own/wrong"),
          "--out",
          path("none"),
          "--name",
          "wrong",
        ];
        await expect(script("add_head.py", wrong)).rejects.toThrow(new RegExp(`train.jsonl, line 2.*${problem}`));
      }
    });

    test("the Worker answers the bundle's tasks, the added one too", async () => {
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
      expect(await ask("numbered", { text: "the train is love again" })).toMatchObject({ label: "2" });
      const story = await ask("story", { text: "so happy ".repeat(200) });
      expect(story).toMatchObject({ label: expect.stringMatching(/^(bad|good)$/), truncated: false });
      expect(await ask("place", { tokens: ["in", "New", "York"] })).toMatchObject({ words: { length: 3 } });
      expect(await ask("fill-mask", { text: "my <mask> is late" })).toMatchObject({ masks: [{ start: 3, end: 9 }] });
    });

    test("evaluate.ts finds add_head.py's figure, and compare.ts scores near PyTorch's", async () => {
      const node = async (name: string, args: string[]) =>
        (await promisify(execFile)("node", [`scripts/${name}`, "--url", url, ...args])).stdout;
      const figures = path("figures.json");
      const own = ["--data", path("own"), "--tasks", path("own/tasks.json"), "--split", "dev", "--json", figures];
      expect(await node("evaluate.ts", own)).toMatch(/^\| shouting \| accuracy \| 16 \| /m);
      const { manifest } = await readBundleFolder(path("grown"));
      const measured = JSON.parse(readFileSync(figures, "utf8"));
      // add_head.py reads the states in ONNX Runtime. The service's own engine rounds otherwise, which may turn one text of 16 over.
      const difference = measured.shouting.accuracy - (manifest.tasks.shouting?.metrics.dev_accuracy as number);
      expect(Math.abs(difference)).toBeLessThanOrEqual(1 / 16);
      expect(measured.numbered.accuracy).toBe(measured.shouting.accuracy); // the same texts, their labels as numbers

      const model = ["--checkpoint", path("finetuned/finetuned.pt"), "--tokenizer", path("tokenizer")];
      const table = await node("compare.ts", [...data, "--python", trainingPython, ...model]);
      // Compares scores, not labels: such a small model is undecided about some texts, and rounding may change their labels.
      const rms = [...table.matchAll(/ % \| ([\d.]+) \| [\d.]+ \|$/gm)].map(([, figure]) => Number(figure));
      expect(rms).toHaveLength(3);
      for (const figure of rms) expect(figure).toBeLessThan(0.1);
    });
  });
});
