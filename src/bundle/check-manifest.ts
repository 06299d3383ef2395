import { BundleError } from "./bundle-error.ts";
import { checkGolden } from "./check-golden.ts";
import { fileOf, type Manifest, type Task } from "./manifest.ts";

type Tensor = Manifest["tensors"][string];

const SHA256_BYTES = 32;
const FLOAT16_BYTES = 2;
const FLOAT32_BYTES = 4;

/**
 * Checks that the parts of a manifest fit each other: sizes, layers, tensors, files. What passes can be loaded without a surprise but for
 * the files' contents.
 *
 * @throws BundleError that names the first thing that is wrong
 */
export function checkManifest(manifest: Manifest): void {
  checkArchitecture(manifest);
  checkFiles(manifest);
  checkEmbeddings(manifest);
  for (const [name, task] of Object.entries(manifest.tasks)) checkTask(manifest, name, task);
  if (manifest.golden) checkGolden(manifest, manifest.golden);
}

function checkArchitecture({ architecture, encoder }: Manifest): void {
  const { hidden_size, heads, layers } = architecture;
  refuseUnless(hidden_size % heads === 0, `${heads} heads don't divide a hidden size of ${hidden_size}`);
  const held = encoder.reduce((sum, shard) => sum + shard.layers, 0);
  refuseUnless(held === layers, `the shards hold ${held} layers, the architecture has ${layers}`);
}

/** Every file that is named is listed, and every tensor lies inside its file. */
function checkFiles(manifest: Manifest): void {
  const { tokenizer, encoder, tensors, words } = manifest;
  const named = [tokenizer.vocab, tokenizer.merges, tokenizer.emoji, words.hashes];
  for (const { graph, weights } of encoder) named.push(graph, weights);
  for (const name of named) fileOf(manifest, name);
  for (const [name, tensor] of Object.entries(tensors)) {
    const { bytes } = fileOf(manifest, tensor.file);
    refuseUnless(tensor.offset + tensorBytes(tensor) <= bytes, `the tensor ${name} does not lie inside ${tensor.file}`);
  }
}

function checkEmbeddings(manifest: Manifest): void {
  const { architecture, tensors, words } = manifest;
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
  requireFloats(manifest, task.weight, [labels, hidden]);
  requireFloats(manifest, task.bias, [labels]);
  if (task.kind === "classification" && task.dense) {
    requireFloats(manifest, task.dense.weight, square);
    requireFloats(manifest, task.dense.bias, [hidden]);
  }
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

/** @param wrong what is wrong otherwise, in the middle of a sentence */
function refuseUnless(right: boolean, wrong: string): asserts right {
  if (!right) throw new BundleError(`The manifest makes no sense: ${wrong}.`);
}
