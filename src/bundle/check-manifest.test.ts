import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { BundleError } from "./bundle-error.ts";
import { parseManifest } from "./parse-manifest.ts";

const whole = await readFile("models/bertweet-mini/manifest.json", "utf8");

/** The manifest with one change. */
function changed(change: (manifest: Any) => void): string {
  const manifest = JSON.parse(whole);
  change(manifest);
  return JSON.stringify(manifest);
}
// biome-ignore lint/suspicious/noExplicitAny: the tests make the manifest invalid in every way
type Any = any;

const FILL_MASK = { kind: "fill-mask", bias: "b", labels: undefined, temperature: undefined };

test.each(["models/bertweet-mini", "test/fixtures/three-shards"])("the manifest of %s passes", async (folder) => {
  expect(parseManifest(await readFile(`${folder}/manifest.json`, "utf8")).format).toBe(1);
});

test.each<[string, RegExp, (manifest: Any) => void]>([
  ["a million layers", /architecture\.layers/, (m) => (m.architecture.layers = 1e6)],
  ["more layers than its shards hold", /the shards hold 6 layers/, (m) => (m.architecture.layers = 7)],
  ["a shard of no layers", /encoder/, (m) => (m.encoder[0].layers = 0)],
  ["no tokens", /max_tokens/, (m) => (m.architecture.max_tokens = 0)],
  ["a hidden size that heads don't divide", /7 heads don't divide/, (m) => (m.architecture.heads = 7)],
  ["an empty vocabulary", /vocab_size/, (m) => (m.architecture.vocab_size = 0)],
  ["another vocabulary than its table", /tensor words is not/, (m) => (m.architecture.vocab_size = 31_999)],
  ["a head's tensor missing", /no tensor heads\.irony\.weight/, (m) => delete m.tensors["heads.irony.weight"]],
  ["no word table", /no tensor words/, (m) => delete m.tensors.words],
  ["no scales of the words", /no tensor words\.scale/, (m) => delete m.tensors["words.scale"]],
  ["no positions", /no tensor positions/, (m) => delete m.tensors.positions],
  ["a tensor past its file", /does not lie inside heads\.bin/, (m) => (m.tensors["heads.irony.bias"].offset = 382_096)],
  [
    "a tensor of another shape",
    /in place of float32 \[2,384\]/,
    (m) => (m.tensors["heads.irony.weight"].shape = [384]),
  ],
  ["a tensor of another type", /in place of float32/, (m) => (m.tensors["heads.irony.bias"].dtype = "int8")],
  ["a label more than its head", /in place of float32 \[3,384\]/, (m) => m.tasks.irony.labels.push("maybe")],
  ["a label twice", /task irony has a label twice/, (m) => (m.tasks.irony.labels = ["irony", "irony"])],
  ["a task without a head", /task irony has no head/, (m) => delete m.tasks.irony.weight],
  ["two default tag sets", /pos has two default tag sets/, (m) => (m.tasks["pos/ark"].default = true)],
  ["a task without labels", /labels/, (m) => delete m.tasks.irony.labels],
  ["a tensor in a file that is not listed", /does not list the file heads\.bin/, (m) => delete m.files["heads.bin"]],
  ["a shard that is not listed", /does not list the file other\.bin/, (m) => (m.encoder[0].weights = "other.bin")],
  ["a vocabulary that is not listed", /does not list the file vocab\.txt/, (m) => delete m.files["vocab.txt"]],
  ["hashes of another size", /words\.sha256 does not have/, (m) => (m.words.rows_per_chunk = 32)],
  ["a word table of another size", /words\.bin holds more/, (m) => (m.files["words.bin"].bytes += 384)],
  [
    "a tensor called like a property of every object",
    /no tensor constructor/,
    (m) => (m.tasks.irony.bias = "constructor"),
  ],
  ["another format", /format/, (m) => (m.format = 2)],
])("a manifest with %s is refused as a whole, and says why", (_, reason, change) => {
  expect(() => parseManifest(changed(change))).toThrow(BundleError);
  expect(() => parseManifest(changed(change))).toThrow(reason);
});

const vector = (name: string) => ({ [name]: { dtype: "float32", file: "heads.bin", offset: 0, shape: [1] } });
const matrix = (name: string, shape: number[]) => ({ [name]: { ...vector(name)[name], shape } });

/** Gives irony exits after some layers, all with the same weights. */
function withExits(m: Any, ...layers: number[]): Any {
  Object.assign(m.tensors, matrix("q", [2, 384]), matrix("d.w", [1, 768]), vector("d.b"), matrix("o.w", [2, 1]));
  m.tasks.irony.exits = layers.map((layer) => ({
    layer,
    queries: "q",
    dense: { weight: "d.w", bias: "d.b" },
    output: { weight: "o.w", bias: "heads.irony.bias" },
    temperature: 1,
    threshold: 0.9,
  }));
  return m;
}

test("exits in the order of their layers pass", () => {
  expect(parseManifest(changed((m) => withExits(m, 1, 3))).tasks.irony).toHaveProperty("exits.1.layer", 3);
});

test.each<[string, RegExp, (manifest: Any) => void]>([
  ["after the last layer", /order of layers 1 to 5/, (m) => withExits(m, 6)],
  ["twice after a layer", /order of layers/, (m) => withExits(m, 2, 2)],
  ["before the first layer", /exits/, (m) => withExits(m, 0)],
  ["nowhere", /exits/, (m) => withExits(m)],
  ["with queries of another size", /tensor q is/, (m) => (withExits(m, 2).tensors.q.shape = [2, 383])],
  ["with a layer that reads fewer means", /tensor d\.w is/, (m) => (withExits(m, 2).tensors["d.w"].shape = [1, 384])],
  ["with other labels", /tensor o\.w is/, (m) => (withExits(m, 2).tensors["o.w"].shape = [3, 1])],
  ["without a tensor", /no tensor o\.w/, (m) => delete withExits(m, 2).tensors["o.w"]],
  ["of independent labels", /several labels/, (m) => (withExits(m, 2).tasks.irony.multi_label = true)],
  [
    "with answers to other golden texts",
    /golden texts/,
    (m) => (withExits(m, 2).tasks.irony.exits[0].golden = [[0, 1]]),
  ],
  ["that are never sure", /threshold/, (m) => (withExits(m, 2).tasks.irony.exits[0].threshold = 1.1)],
])("exits %s are refused", (_, reason, change) => {
  expect(() => parseManifest(changed(change))).toThrow(reason);
});

/** Changes the manifest to a whole graph with its own head for a single task. */
function asWholeGraph(m: Any): Any {
  const { weight: _, bias: __, ...irony } = m.tasks.irony;
  m.whole_graph = { inputs: ["input_ids", "attention_mask"], output: "logits" };
  m.tensors = {};
  m.tasks = { irony };
  delete m.words;
  delete m.golden;
  return m;
}

test("a whole graph needs no tables", () => {
  expect(parseManifest(changed(asWholeGraph)).whole_graph?.output).toBe("logits");
});

test.each<[string, RegExp, (manifest: Any) => void]>([
  [
    "two shards",
    /2 shards/,
    (m) =>
      (m.encoder = [
        { ...m.encoder[0], layers: 3 },
        { ...m.encoder[0], layers: 3 },
      ]),
  ],
  ["words beside it", /no words outside/, (m) => (m.words = { rows_per_chunk: 16, hashes: "words.sha256" })],
  ["int4 matrices", /no matrices/, (m) => (m.ffn_weights = { bits: 4, group: 32 })],
  ["masks to fill", /needs the words/, (m) => (m.tasks.mask = { ...m.tasks.irony, ...FILL_MASK })],
  ["two tasks from its logits", /those of 2 tasks/, (m) => (m.tasks.other = m.tasks.irony)],
  ["no task for its logits", /those of 0 tasks/, (m) => (m.tasks = {})],
  ["a second head", /second head/, (m) => (m.tasks.irony.weight = "heads.irony.weight")],
  ["states, and a task without a head", /task irony has no head/, (m) => (m.whole_graph.output = "last_hidden_state")],
  ["another output", /output/, (m) => (m.whole_graph.output = "pooler_output")],
  ["another input", /inputs/, (m) => m.whole_graph.inputs.push("position_ids")],
])("a whole graph with %s is refused", (_, reason, change) => {
  expect(() => parseManifest(changed((m) => change(asWholeGraph(m))))).toThrow(reason);
});

/** The manifest with other golden texts, to which the exits have no answers. */
const withGolden = (golden: unknown) =>
  changed((m) => {
    m.golden = golden;
    delete m.tasks.sentiment.exits;
  });

const golden = { tolerance: 0.1, texts: [{ text: "hi", ids: [0, 5, 2], answers: {} as Record<string, unknown> }] };
const answers = (given: Record<string, unknown>) => ({ ...golden, texts: [{ ...golden.texts[0], answers: given }] });

test.each<[string, unknown]>([
  ["ids past the vocabulary", { ...golden, texts: [{ text: "hi", ids: [0, 32_000, 2], answers: {} }] }],
  ["more ids than the model reads", { ...golden, texts: [{ text: "hi", ids: Array(129).fill(4), answers: {} }] }],
  ["a task that there is not", answers({ sarcasm: [] })],
  ["a label that there is not", answers({ irony: [{ at: 0, scores: { maybe: 1 } }] })],
  ["a token that there is not", answers({ irony: [{ at: 3, scores: { irony: 1 } }] })],
  ["a piece that there is not", answers({ "fill-mask": [{ at: 1, scores: { "32000": 1 } }] })],
])("golden answers with %s are refused", (_, given) => {
  expect(() => parseManifest(withGolden(given))).toThrow(/golden text number 0/);
});

test("golden answers about the model's own tasks pass, and so does a manifest without any", () => {
  const given = answers({
    irony: [{ at: 0, scores: { irony: 0.5 } }],
    "fill-mask": [{ at: 1, scores: { "31999": 1 } }],
  });
  expect(parseManifest(withGolden(given)).golden).toEqual(given);
  expect(parseManifest(withGolden(undefined)).golden).toBeUndefined();
});

test("what is no JSON is refused", () => {
  expect(() => parseManifest("{")).toThrow(BundleError);
});
