import { BundleError } from "./bundle-error.ts";
import { checkGolden } from "./check-golden.ts";
import { type ClassificationTask, fileOf, type Manifest, type Task } from "./manifest.ts";

type Tensor = Manifest["tensors"][string];
type WholeGraph = NonNullable<Manifest["whole_graph"]>;

const SHA256_BYTES = 32;
const FLOAT16_BYTES = 2;
const FLOAT32_BYTES = 4;

/**
 * Checks that the parts of a manifest fit each other: sizes, layers, tensors, files. After this check, a load can fail only because of the
 * files' contents.
 *
 * @throws BundleError that names the first error
 */
export function checkManifest(manifest: Manifest): void {
  checkArchitecture(manifest);
  checkFiles(manifest);
  if (manifest.whole_graph) checkWholeGraph(manifest, manifest.whole_graph);
  else checkEmbeddings(manifest);
  for (const [name, task] of Object.entries(manifest.tasks)) checkTask(manifest, name, task);
  checkDefaults(manifest);
  if (manifest.golden) checkGolden(manifest, manifest.golden);
}

function checkArchitecture({ architecture, encoder }: Manifest): void {
  const { hidden_size, heads, layers } = architecture;
  refuseUnless(hidden_size % heads === 0, `${heads} heads don't divide a hidden size of ${hidden_size}`);
  const held = encoder.reduce((sum, shard) => sum + shard.layers, 0);
  refuseUnless(held === layers, `the shards hold ${held} layers, the architecture has ${layers}`);
}

/** Checks that every named file is listed, and that every tensor is inside its file. */
function checkFiles(manifest: Manifest): void {
  const { tokenizer, encoder, tensors, words } = manifest;
  const named = [tokenizer.vocab, tokenizer.merges, tokenizer.emoji, ...(words ? [words.hashes] : [])];
  if (tokenizer.tables) named.push(tokenizer.tables);
  for (const { graph, weights } of encoder) named.push(graph, weights);
  for (const name of named) fileOf(manifest, name);
  for (const [name, tensor] of Object.entries(tensors)) {
    const { bytes } = fileOf(manifest, tensor.file);
    refuseUnless(tensor.offset + tensorBytes(tensor) <= bytes, `the tensor ${name} does not lie inside ${tensor.file}`);
  }
}

/** A whole graph has its embeddings inside, and maybe the head of its one task. */
function checkWholeGraph({ encoder, tasks, ffn_weights, words }: Manifest, { output }: WholeGraph): void {
  refuseUnless(encoder.length === 1, `a whole graph has ${encoder.length} shards in place of one`);
  refuseUnless(!ffn_weights && !words, "a whole graph has no matrices and no words outside of it");
  const kinds = Object.values(tasks).map(({ kind }) => kind);
  refuseUnless(!kinds.includes("fill-mask"), "a whole graph has a task that needs the words");
  refuseUnless(
    output !== "logits" || kinds.length === 1,
    `the logits of a whole graph are those of ${kinds.length} tasks`,
  );
}

function checkEmbeddings(manifest: Manifest): void {
  const { architecture, tensors, words } = manifest;
  refuseUnless(words !== undefined, "there are no hashes of the words");
  const { vocab_size, hidden_size, max_tokens } = architecture;
  const table = Object.hasOwn(tensors, "words") ? (tensors.words as Tensor) : undefined;
  refuseUnless(table !== undefined && table.dtype !== "float32", "there is no tensor words of int8 or int4");
  refuseUnless(sameShape(table, [vocab_size, hidden_size]), `the tensor words is not [${vocab_size}, ${hidden_size}]`);
  if (table.dtype === "int4")
    refuseUnless(hidden_size % table.group === 0, `int4 words need a hidden size in multiples of ${table.group}`);
  else requireFloats(manifest, "words.scale", [vocab_size]);
  requireFloats(manifest, "positions", [max_tokens, hidden_size]);
  requireFloats(manifest, "embeddings.norm.weight", [hidden_size]);
  requireFloats(manifest, "embeddings.norm.bias", [hidden_size]);

  const { bytes } = fileOf(manifest, table.file);
  refuseUnless(table.offset === 0 && tensorBytes(table) === bytes, `${table.file} holds more than the tensor words`);
  const hashes = SHA256_BYTES * Math.ceil(vocab_size / words.rows_per_chunk);
  refuseUnless(fileOf(manifest, words.hashes).bytes === hashes, `${words.hashes} does not have ${hashes} bytes`);
}

function checkTask(manifest: Manifest, name: string, task: Task): void {
  const { hidden_size: hidden, vocab_size: vocab } = manifest.architecture;
  const square = [hidden, hidden];
  if (task.kind === "fill-mask") {
    requireFloats(manifest, task.bias, [vocab]);
    if (!task.transform) return;
    requireFloats(manifest, task.transform.weight, square);
    for (const vector of [task.transform.bias, task.transform.norm_weight, task.transform.norm_bias])
      requireFloats(manifest, vector, [hidden]);
    return;
  }
  const labels = task.labels.length;
  refuseUnless(new Set(task.labels).size === labels, `the task ${name} has a label twice`);
  const { weight, bias } = task;
  if (manifest.whole_graph?.output === "logits") {
    refuseUnless(weight === undefined && bias === undefined, `the task ${name} has a second head beside the graph's`);
    return;
  }
  refuseUnless(weight !== undefined && bias !== undefined, `the task ${name} has no head`);
  if (task.kind === "classification") checkExits(manifest, name, task);
  requireFloats(manifest, weight, [labels, hidden]);
  requireFloats(manifest, bias, [labels]);
  if (task.kind === "classification" && task.dense) {
    requireFloats(manifest, task.dense.weight, square);
    requireFloats(manifest, task.dense.bias, [hidden]);
  }
}

function checkExits(manifest: Manifest, name: string, { exits = [], labels, multi_label }: ClassificationTask): void {
  const { hidden_size: hidden, layers } = manifest.architecture;
  const texts = `the task ${name} has exits`;
  if (exits.length > 0) refuseUnless(!manifest.whole_graph, `${texts}, but its layers are in a whole graph`);
  if (exits.length > 0) refuseUnless(!multi_label, `${texts}, but a text can have several labels`);
  const goldenTexts = manifest.golden?.texts.length ?? 0;
  let before = 0;
  for (const { layer, queries, dense, output, golden } of exits) {
    refuseUnless(before < layer && layer < layers, `${texts} that are not in the order of layers 1 to ${layers - 1}`);
    before = layer;
    const fits = !golden || (golden.length === goldenTexts && golden.every(({ length }) => length === labels.length));
    refuseUnless(fits, `${texts} whose golden answers don't fit the golden texts`);
    const [count = 0] = manifest.tensors[queries]?.shape ?? [];
    const [inner = 0] = manifest.tensors[dense.bias]?.shape ?? [];
    requireFloats(manifest, queries, [count, hidden]);
    requireFloats(manifest, dense.weight, [inner, count * hidden]);
    requireFloats(manifest, dense.bias, [inner]);
    requireFloats(manifest, output.weight, [labels.length, inner]);
    requireFloats(manifest, output.bias, [labels.length]);
  }
}

/** Checks that at most one tag set of a task is the default. */
function checkDefaults({ tasks }: Manifest): void {
  const marked = Object.keys(tasks).filter((name) => tasks[name]?.default);
  const heads = marked.map((name) => name.split("/")[0] as string);
  const twice = heads.find((name, index) => heads.indexOf(name) !== index);
  refuseUnless(twice === undefined, `the task ${twice} has two default tag sets`);
}

function requireFloats({ tensors }: Manifest, name: string, shape: readonly number[]): void {
  const tensor = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
  refuseUnless(tensor !== undefined, `there is no tensor ${name}`);
  const fits = tensor.dtype === "float32" && sameShape(tensor, shape);
  refuseUnless(fits, `the tensor ${name} is ${tensor.dtype} [${tensor.shape}] in place of float32 [${shape}]`);
}

function sameShape({ shape }: Tensor, wanted: readonly number[]): boolean {
  return shape.length === wanted.length && shape.every((size, axis) => size === wanted[axis]);
}

function tensorBytes(tensor: Tensor): number {
  const values = tensor.shape.reduce((product, size) => product * size, 1);
  if (tensor.dtype === "int4") return values / 2 + (FLOAT16_BYTES * values) / tensor.group;
  return tensor.dtype === "int8" ? values : FLOAT32_BYTES * values;
}

/** @param wrong the rest of the error's sentence */
function refuseUnless(right: boolean, wrong: string): asserts right {
  if (!right) throw new BundleError(`The manifest makes no sense: ${wrong}.`);
}
