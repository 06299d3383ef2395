import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestHarness } from "wrangler";
import { readBundleFolder } from "../../scripts/bundle_folder.ts";
import { seed } from "../../scripts/seed.ts";
import { BUNDLE } from "../integration/service.ts";
import { hasPython, installExporter, installTraining, pythonFile, script } from "./python.ts";

const ready = hasPython();
if (!ready) console.warn("Exported graphs are not tested: that needs python3 3.11 or later with venv and pip.");

/** The models of export_torch.py: what they answer, and how far quantization may move a probability. */
const EXPORTS = {
  "optimum-classification": { task: "classification", inputs: 2, tolerance: 1e-4 },
  "optimum-quantized": { task: "classification", inputs: 2, tolerance: 0.05 },
  "optimum-bert-tagging": { task: "tagging", inputs: 3, tolerance: 1e-4 },
  "torch-multi-label": { task: "classification", inputs: 2, tolerance: 1e-4 },
  "torch-byte-level-quantized": { task: "tagging", inputs: 2, tolerance: 0.05 },
  "torch-bert-states": { task: undefined, inputs: 3, tolerance: 1e-4 },
} as const;
type Id = keyof typeof EXPORTS;
const IDS = Object.keys(EXPORTS) as Id[];
const idsOf = (task: (typeof EXPORTS)[Id]["task"]) => IDS.filter((id) => EXPORTS[id].task === task);
const OPTIMUM = {
  "optimum-classification": "text-classification",
  "optimum-quantized": "text-classification",
  "optimum-bert-tagging": "token-classification",
};

const TEXTS = [
  "so happy with the new phone today 😂 @anna",
  "Flying to New York with @ben on #monday , I can't wait for the sun !",
  "unbelievable goal in the last minute of the game , what a night https://t.co/x",
];

// Small models with random weights are exported by each exporter; PyTorch and workerd answer the same texts.
describe.skipIf(!ready)("convert.py --onnx", () => {
  const folder = join(tmpdir(), `bertweet-onnx-${process.pid}`);
  const path = (...names: string[]) => join(folder, ...names);
  const convert = (from: string, ...options: string[]) =>
    script("convert.py", ["--onnx", from, "--out", path("bundles", from.split("/").at(-1) as string), ...options]);
  const said = new Map<string, string>();
  let answers: Record<Id, number[][][]>;

  beforeAll(async () => {
    mkdirSync(folder);
    writeFileSync(path("texts.txt"), `${TEXTS.join("\n")}\n`);
    await installTraining();
    await Promise.all([installExporter("optimum"), installExporter("onnxscript")]);
    const options = ["--texts", path("texts.txt"), "--out", folder];
    await pythonFile("test/training/export_torch.py", options, "onnxscript");
    const exported = Object.entries(OPTIMUM).map(([id, task]) => `${path(id)}=${task}=${path(id)}`);
    await pythonFile("test/training/export_optimum.py", exported, "optimum");
    for (const id of Object.keys(OPTIMUM))
      for (const name of ["vocab.txt", "bpe.codes"]) cpSync(join(BUNDLE, name), path(id, name));
    for (const id of IDS) said.set(id, await convert(path(id)));
    answers = JSON.parse(readFileSync(path("reference.json"), "utf8"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(IDS)("%s becomes a bundle with its graph, labels and golden answers", async (id) => {
    const { manifest } = await readBundleFolder(path("bundles", id));
    const { task, inputs } = EXPORTS[id];
    expect(manifest.whole_graph?.inputs).toHaveLength(inputs);
    expect(manifest.whole_graph?.output).toBe(task ? "logits" : "last_hidden_state");
    expect(Object.values(manifest.tasks).map(({ kind }) => kind)).toEqual(task ? [task] : []);
    expect(manifest.architecture).toMatchObject({ max_tokens: 62, hidden_size: 64, layers: 2 });
    expect(manifest.golden?.texts.length).toBeGreaterThan(0);
  });

  test("a quantized graph is taken before the one that it was made of, and stays quantized", async () => {
    expect(said.get("optimum-quantized")).toContain("model_quantized.onnx");
    const [plain, quantized] = await Promise.all(
      (["optimum-classification", "optimum-quantized"] as const).map((id) => readBundleFolder(path("bundles", id))),
    );
    const bytes = (bundle: typeof plain) => bundle?.manifest.files["encoder.bin"]?.bytes as number;
    expect(bytes(quantized)).toBeLessThan(bytes(plain) / 3);
  });

  describe("refuses, and says why,", () => {
    /** A folder like an exported one, with one thing changed. */
    function changed(id: string, change: (config: Record<string, unknown>, folder: string) => void): string {
      const copy = path("changed");
      rmSync(copy, { recursive: true, force: true });
      cpSync(path(id), copy, { recursive: true });
      const config = JSON.parse(readFileSync(join(copy, "config.json"), "utf8"));
      change(config, copy);
      writeFileSync(join(copy, "config.json"), JSON.stringify(config));
      return copy;
    }
    const without = (name: string) => (_: unknown, folder: string) => rmSync(join(folder, name));

    test.each<[string, string, () => string]>([
      ["a head that fills masks", "fills masks", () => path("unfit/masks")],
      ["a graph for one length", "export it with dynamic axes", () => path("unfit/fixed")],
      ["an empty folder", "has no config.json", () => path("bundles")],
      ["another family", "'distilbert'", () => changed(IDS[0] as Id, (config) => (config.model_type = "distilbert"))],
      [
        "a lack of labels",
        "names 2 labels",
        () => changed(IDS[0] as Id, (config) => (config.id2label = { 0: "a", 1: "b" })),
      ],
      ["one label", "two labels or more", () => changed(IDS[0] as Id, (config) => (config.id2label = { 0: "a" }))],
      [
        "more positions than there are",
        "a text of 70 tokens",
        () => changed(IDS[0] as Id, (config) => (config.max_position_embeddings = 72)),
      ],
      ["WordPiece", "the tokenizer is WordPiece", () => changed(IDS[0] as Id, without("bpe.codes"))],
      ["no tokenizer", "has no tokenizer", () => changed("torch-byte-level-quantized", without("tokenizer.json"))],
      [
        "weights that are missing",
        "could not be read whole",
        () => changed("torch-multi-label", without("onnx/model.onnx_data")),
      ],
      ["no graph", "none of model_quantized.onnx", () => changed("optimum-classification", without("model.onnx"))],
    ])("%s", async (_, reason, from) => {
      await expect(convert(from())).rejects.toThrow(reason);
    });

    test("options that would change the graph, and a task without a head", async () => {
      await expect(convert(path(IDS[0] as Id), "--bits", "words=4")).rejects.toThrow("--bits is for --checkpoint");
      await expect(convert(path("torch-bert-states"), "--task", "mood")).rejects.toThrow("no head for a task mood");
    });
  });

  describe("in workerd", () => {
    const vars = { MODEL: IDS.join() };
    const worker = createTestHarness({ workers: [{ configPath: "wrangler.toml", vars }] });
    beforeAll(async () => {
      await worker.listen();
      const { MODELS } = await worker.getWorker<Env>().getEnv();
      for (const id of IDS) await seed(MODELS, path("bundles", id));
    });
    afterAll(() => worker.close());

    const post = (route: string, body: object) =>
      worker.fetch(route, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });

    async function ask<Result>(route: string, body: object): Promise<Result[]> {
      const response = await post(route, { texts: TEXTS, ...body });
      expect(await response.clone().text()).not.toContain("problems");
      return ((await response.json()) as { results: Result[] }).results;
    }

    const labelsOf = async (id: Id) => {
      const [task] = Object.values((await readBundleFolder(path("bundles", id))).manifest.tasks);
      return task && "labels" in task ? task.labels : [];
    };

    test.each(idsOf("classification"))("%s gives PyTorch's probabilities", async (id) => {
      const labels = await labelsOf(id);
      type Answer = { scores: { label: string; score: number }[] };
      for (const [text, { scores }] of (await ask<Answer>("/v1/classification", { model: id })).entries()) {
        expect(scores).toHaveLength(labels.length);
        for (const { label, score } of scores) {
          const wanted = answers[id][text]?.[0]?.[labels.indexOf(label)] as number;
          expect(Math.abs(score - wanted)).toBeLessThan(EXPORTS[id].tolerance);
        }
      }
    });

    test.each(idsOf("tagging"))("%s gives each word's tag PyTorch's probability", async (id) => {
      const labels = await labelsOf(id);
      type Answer = { words: { tag: string; score: number }[] };
      for (const [text, { words }] of (await ask<Answer>("/v1/tagging", { model: id })).entries()) {
        const rows = answers[id][text] as number[][];
        expect(words).toHaveLength(rows.length);
        for (const [word, { tag, score }] of words.entries()) {
          const wanted = rows[word]?.[labels.indexOf(tag)] as number;
          expect(Math.abs(score - wanted)).toBeLessThan(EXPORTS[id].tolerance);
        }
      }
    });

    test("torch-bert-states gives PyTorch's last hidden states, and their means as vectors", async () => {
      const model = "torch-bert-states";
      const rows = answers[model][0] as number[][];
      const response = await post(`/models/${model}/pipeline/feature-extraction`, { inputs: TEXTS[0] });
      const states = (await response.json()) as number[][];
      expect(states).toHaveLength(rows.length);
      for (const [token, state] of states.entries())
        for (const [at, value] of state.entries()) expect(value).toBeCloseTo(rows[token]?.[at] as number, 3);
      const [{ embedding }] = (await ask<{ embedding: number[] }>("/v1/embed", { model })) as [{ embedding: number[] }];
      for (const [at, value] of embedding.entries())
        expect(value).toBeCloseTo(rows.reduce((sum, row) => sum + (row[at] as number), 0) / rows.length, 3);
    });

    test.each([
      ["/v1/embed", { text: "a", model: "optimum-classification" }],
      ["/models/optimum-classification/pipeline/feature-extraction", { inputs: "a" }],
      [
        "/models/optimum-classification/pipeline/sentence-similarity",
        { inputs: { source_sentence: "a", sentences: ["b"] } },
      ],
    ])("%s of a graph that gives logits alone is a problem", async (route, body) => {
      const response = await post(route, body);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ type: "/problems/unknown-task" });
    });

    test.each([
      ["/v1/embeddings", { input: "a", model: "optimum-classification" }],
      ["/tei/optimum-classification/embed", { inputs: "a" }],
    ])("%s of such a graph is refused in its protocol's shape", async (route, body) => {
      const response = await post(route, body);
      expect(response.status).toBe(404);
      expect(await response.json()).toHaveProperty("error");
    });

    test("Text Embeddings Inference's clients get its labels, and are told that there are no vectors", async () => {
      const labels = await ask<{ scores: object[] }>("/v1/classification", { model: "optimum-classification" });
      const base = "/tei/optimum-classification";
      const response = await post(`${base}/classification/predict`, { inputs: TEXTS.map((text) => [text]) });
      expect(await response.json()).toEqual(labels.map(({ scores }) => scores));
      expect((await worker.fetch(`${base}/classification/health`)).status).toBe(200);
      for (const path of ["info", "health"]) expect((await worker.fetch(`${base}/${path}`)).status).toBe(404);
    });

    test("long texts are read in windows, and answered alone as in a batch", async () => {
      const text = "so it goes ".repeat(60);
      for (const id of [...idsOf("classification"), ...idsOf("tagging")]) {
        const route = `/v1/${EXPORTS[id].task}`;
        const options = { model: id, truncation: "window" };
        const [, together] = await ask<{ windows: number }>(route, { texts: ["a", text], ...options });
        expect(together?.windows).toBeGreaterThan(2);
        expect(await (await post(route, { text, ...options })).json()).toEqual(together);
      }
    });
  });
});
