import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestHarness } from "wrangler";
import { readBundleFolder } from "../../scripts/bundle_folder.ts";
import { seed } from "../../scripts/seed.ts";
import { hubEnvironment, startHub } from "./hub.ts";
import { hasPython, installTraining, pythonFile, trainingPython } from "./python.ts";

const ready = hasPython();
if (!ready) console.warn("npm run convert is not tested: that needs python3 3.11 or later with venv and pip.");

const TEXTS = [
  "so happy with the new train today 😂 @anna",
  "the bus is late again , and my phone is dead https://t.co/x",
  "unbelievable goal in the last minute of the game , what a night",
  "<mask> awful coffee this morning ... never again",
];
const UPOS = "ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X".split(" ");
const FASTBPE = ["bpe.codes", "vocab.txt"];

interface Expected {
  id: string;
  task: string;
  license: string;
  /** Beside config.json, README.md and pytorch_model.bin. */
  tokenizer: string[];
  entry: object;
}

/** Of the repositories that hub_layouts.py writes, what becomes of them. */
const REPOSITORIES: Record<string, Expected> = {
  "vinai/bertweet-base": {
    id: "bertweet-base",
    task: "fill-mask",
    license: "mit",
    tokenizer: [...FASTBPE, "tokenizer.json"],
    entry: { kind: "fill-mask" },
  },
  "vinai/bertweet-large": {
    id: "bertweet-large",
    task: "fill-mask",
    license: "mit",
    tokenizer: ["merges.txt", "tokenizer.json", "vocab.json"],
    entry: { kind: "fill-mask" },
  },
  "finiteautomata/bertweet-base-sentiment-analysis": {
    id: "bertweet-base-sentiment-analysis",
    task: "sentiment",
    license: "not stated",
    tokenizer: FASTBPE,
    entry: { kind: "classification", labels: ["NEG", "NEU", "POS"] },
  },
  "pysentimiento/bertweet-irony": {
    id: "bertweet-irony",
    task: "irony",
    license: "not stated",
    tokenizer: FASTBPE,
    entry: { kind: "classification", labels: ["not ironic", "ironic"] },
  },
  "pysentimiento/bertweet-hate-speech": {
    id: "bertweet-hate-speech",
    task: "hate",
    license: "not stated",
    tokenizer: FASTBPE,
    entry: { kind: "classification", labels: ["hateful", "targeted", "aggressive"], multi_label: true },
  },
  "TweebankNLP/bertweet-tb2_ewt-pos-tagging": {
    id: "bertweet-tb2-ewt-pos-tagging",
    task: "pos",
    license: "cc-by-nc-4.0",
    tokenizer: FASTBPE,
    entry: { kind: "tagging", labels: UPOS },
  },
};
const IRONY = "pysentimiento/bertweet-irony";

// The Hub is a local server here: it serves repositories with random weights in the files that the published ones have.
describe.skipIf(!ready)("npm run convert", () => {
  const folder = mkdtempSync(join(tmpdir(), "bertweet-hub-"));
  const path = (name: string) => join(folder, name);
  type Hub = Awaited<ReturnType<typeof startHub>>;

  const run = async (program: string, args: string[], env: NodeJS.ProcessEnv) =>
    promisify(execFile)(program, args, { env, maxBuffer: 2 ** 24 });
  const convert = (hub: Hub, args: string[]) =>
    run("node", ["scripts/convert.ts", ...args, "--python", trainingPython], hubEnvironment(hub.url, path("cache")));
  /** fetch_model.py alone; each call has a cache of its own unless it names one. */
  const fetchModel = async (hub: Hub, args: string[], { token = "", cache = mkdtempSync(path("cache-")) } = {}) => {
    const env = { ...hubEnvironment(hub.url, cache), ...(token && { HF_TOKEN: token }) };
    const script = ["scripts/training/fetch_model.py", "--model", ...args];
    const { stdout } = await run(trainingPython, script, env);
    return JSON.parse(stdout.trimEnd().split("\n").at(-1) as string);
  };

  beforeAll(async () => {
    await installTraining();
    await pythonFile("test/training/hub_layouts.py", ["--out", path("hub")]);
    renameSync(path("hub"), path("repositories"));
    writeFileSync(path("texts.txt"), `${TEXTS.join("\n")}\n`);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  describe("of the repositories on the Hub", () => {
    const said = new Map<string, string>();
    const downloaded = new Map<string, string[]>();
    const bundleOf = (repository: string) => path(`bundle-${REPOSITORIES[repository]?.id}`);
    /** So that no plan of the user's is written over. */
    const testId = (repository: string) => `hub-test-${REPOSITORIES[repository]?.id}`;

    beforeAll(async () => {
      for (const [repository, { task }] of Object.entries(REPOSITORIES)) {
        const hub = await startHub(path("repositories"));
        const names = ["--id", testId(repository), "--task", task, "--out", bundleOf(repository)];
        const { stdout } = await convert(hub, [repository, ...names, "--texts", path("texts.txt")]);
        said.set(repository, stdout);
        downloaded.set(repository, hub.downloaded());
        await hub.close();
      }
    });
    afterAll(() => {
      for (const repository of Object.keys(REPOSITORIES))
        rmSync(`dist/plan/${testId(repository)}`, { recursive: true, force: true });
    });

    test.each(Object.entries(REPOSITORIES))(
      "%s becomes a bundle that answers as PyTorch does",
      async (name, wanted) => {
        const { manifest } = await readBundleFolder(bundleOf(name));
        expect(manifest.license).toBe(wanted.license);
        expect(manifest.training).toMatch(
          new RegExp(`^Converted from http://localhost:.+/${name}, commit [0-9a-f]{40}$`),
        );
        expect(manifest.tasks[wanted.task]).toMatchObject(wanted.entry);
        const largest = Number(said.get(name)?.match(/differs by ([\d.]+) at most/)?.[1]);
        expect(largest).toBeLessThan(0.05);
      },
    );

    test.each(Object.entries(REPOSITORIES))("of %s only data is downloaded, and the weights once", (name, wanted) => {
      const files = ["README.md", "config.json", "pytorch_model.bin", ...wanted.tokenizer];
      expect(downloaded.get(name)?.sort()).toEqual(files.sort());
    });

    test.each(Object.entries(REPOSITORIES))(
      "for %s it shows licence, plan and what to run next",
      (name, { license }) => {
        const printed = said.get(name);
        expect(printed).toContain(`Licence of the weights: ${license}`);
        expect(printed).toMatch(/^\| 1 \| 0 to 1 \| [\d.]+ \|$/m);
        expect(printed).toContain(`npm start -- --bundle ${bundleOf(name)}\n`);
        expect(printed).toContain(`npm run upload -- ${bundleOf(name)}\n`);
        const [, config] = /npx wrangler deploy -c (\S+)/.exec(printed ?? "") ?? [];
        expect(JSON.parse(readFileSync(config as string, "utf8")).vars.MODEL).toBe(testId(name));
      },
    );

    describe("in workerd", () => {
      const vars = { MODEL: Object.keys(REPOSITORIES).map(testId).join() };
      const worker = createTestHarness({ workers: [{ configPath: "wrangler.toml", vars }] });
      beforeAll(async () => {
        await worker.listen();
        const { MODELS } = await worker.getWorker<Env>().getEnv();
        for (const repository of Object.keys(REPOSITORIES)) await seed(MODELS, bundleOf(repository));
      });
      afterAll(() => worker.close());

      test.each(Object.entries(REPOSITORIES))("%s is answered from", async (name, { task, entry }) => {
        const text = encodeURIComponent("what a <mask> day 😂");
        const response = await worker.fetch(`/v1/${task}?model=${testId(name)}&text=${text}`);
        expect(response.status).toBe(200);
        const answer = (await response.json()) as { scores?: { label: string }[] };
        const labels = "labels" in entry ? (entry.labels as string[]) : [];
        if (task !== "pos" && labels.length > 0)
          expect(answer.scores?.map(({ label }) => label).sort()).toEqual([...labels].sort());
      });
    });

    test("what lies in the cache is not downloaded again, and does without the Hub", async () => {
      const hub = await startHub(path("repositories"));
      const cached = { cache: path("cache") };
      const first = await fetchModel(hub, [IRONY], cached);
      expect(hub.downloaded()).toEqual([]);
      await hub.close();
      const second = await fetchModel(hub, [IRONY], cached);
      expect(second).toEqual(first);
      expect(second).toMatchObject({ id: "bertweet-irony", option: "checkpoint", license: null });
    });
  });

  test("a folder is converted as it is", async () => {
    const hub = await startHub(path("repositories"));
    const source = path("repositories/TweebankNLP/bertweet-tb2_ewt-pos-tagging");
    const out = ["--out", path("of-folder"), "--id", "hub-test-folder"];
    const { stdout } = await convert(hub, [source, ...out]);
    rmSync("dist/plan/hub-test-folder", { recursive: true });
    expect(hub.requests).toEqual([]);
    await hub.close();
    expect(stdout).toContain("Licence of the weights: cc-by-nc-4.0");
    const { manifest } = await readBundleFolder(path("of-folder"));
    expect(manifest.training).toBe("Converted from a folder bertweet-tb2_ewt-pos-tagging");
    expect(manifest.tasks.tagging?.kind).toBe("tagging");
  });

  test("a connection that breaks is taken up where it broke", async () => {
    // The client writes pieces of 10 MB.
    const weights = randomBytes(25_000_000);
    mkdirSync(path("repositories/someone/large"), { recursive: true });
    writeFileSync(path("repositories/someone/large/pytorch_model.bin"), weights);
    const hub = await startHub(path("repositories"), { breaksAfter: 15_000_000 });
    const { folder: fetched } = await fetchModel(hub, ["someone/large"]);
    const ranges = hub.requests.flatMap(({ range }) => range ?? []);
    expect(ranges).toEqual([expect.stringMatching(/^bytes=1\d{7}-$/)]);
    expect(readFileSync(`${fetched}/pytorch_model.bin`).equals(weights)).toBe(true);
    await hub.close();
  });

  test("a revision, and of an exported graph the smallest alone, with its weights", async () => {
    const other = path("repositories/someone/exported@v2/onnx");
    mkdirSync(other, { recursive: true });
    for (const name of ["model.onnx", "model_quantized.onnx", "model_quantized.onnx_data"])
      writeFileSync(join(other, name), name);
    mkdirSync(path("repositories/someone/exported"));
    const hub = await startHub(path("repositories"));
    const found = await fetchModel(hub, ["someone/exported", "--revision", "v2"]);
    expect(found).toMatchObject({ id: "exported", option: "onnx", license: null });
    expect(hub.downloaded().sort()).toEqual(["onnx/model_quantized.onnx", "onnx/model_quantized.onnx_data"]);
    await expect(fetchModel(hub, ["someone/exported"])).rejects.toThrow(
      "has none of model.safetensors, pytorch_model.bin",
    );
    await expect(fetchModel(hub, ["someone/exported", "--revision", "v3"])).rejects.toThrow("has no revision v3");
    await hub.close();
  });

  test("a token opens a private repository; without it the message says how to log in", async () => {
    const hub = await startHub(path("repositories"), {
      tokens: { [IRONY]: "hf_right" },
      gated: ["vinai/bertweet-base"],
    });
    expect(await fetchModel(hub, [IRONY], { token: "hf_right" })).toMatchObject({ option: "checkpoint" });
    await expect(fetchModel(hub, [IRONY])).rejects.toThrow("`hf auth login` logs in, or HF_TOKEN holds a token");
    await expect(fetchModel(hub, ["vinai/bertweet-base"])).rejects.toThrow(
      `accept its terms on ${hub.url}/vinai/bertweet-base`,
    );
    await expect(fetchModel(hub, ["vinai/bertweet-bas"])).rejects.toThrow("does not exist, or is private");
    await expect(fetchModel(hub, ["no/such/folder"])).rejects.toThrow("no id on the Hub");
    await hub.close();
    await expect(fetchModel(hub, ["vinai/bertweet-large"])).rejects.toThrow("could not be downloaded");
  });

  test("it names what a Python lacks, and how to install it", async () => {
    const asked = (python: string) => run("node", ["scripts/convert.ts", IRONY, "--python", python], process.env);
    await run("python3", ["-m", "venv", "--without-pip", path("bare")], process.env);
    for (const [python, problem] of [
      [path("bare/bin/python"), /lacks .*\btorch\b.*\n/],
      [path("no-python"), /can't be run as a Python \(ENOENT\)/],
    ] as const)
      await expect(asked(python)).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringMatching(
          new RegExp(`${problem.source}[^]*pip install -r scripts/training/requirements.txt`),
        ),
      });
  });
});
