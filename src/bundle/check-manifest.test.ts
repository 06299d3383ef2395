import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { BundleError } from "./bundle-error.ts";
import { parseManifest } from "./parse-manifest.ts";

const whole = await readFile("models/bertweet-mini/manifest.json", "utf8");

/** The manifest with one thing changed. */
function changed(change: (manifest: Any) => void): string {
  const manifest = JSON.parse(whole);
  change(manifest);
  return JSON.stringify(manifest);
}
// biome-ignore lint/suspicious/noExplicitAny: a manifest that is to be made wrong in every way
type Any = any;

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
  expect(() => parseManifest(changed((m) => (m.golden = given)))).toThrow(/golden text number 0/);
});

test("golden answers about the model's own tasks pass, and so does a manifest without any", () => {
  const given = answers({
    irony: [{ at: 0, scores: { irony: 0.5 } }],
    "fill-mask": [{ at: 1, scores: { "31999": 1 } }],
  });
  expect(parseManifest(changed((m) => (m.golden = given))).golden).toEqual(given);
  expect(parseManifest(changed((m) => delete m.golden)).golden).toBeUndefined();
});

test("what is no JSON is refused", () => {
  expect(() => parseManifest("{")).toThrow(BundleError);
});
