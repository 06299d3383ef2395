import { BundleError, readBlob } from "../bundle/bucket.ts";
import type { Bundle, ClassificationTask, FillMaskTask, Manifest, TaggingTask } from "../bundle/manifest.ts";
import { openTensors } from "../bundle/tensors.ts";
import { createTokenizer, type Tokenizer } from "../tokenizer/index.ts";
import { createEmbeddings, embeddingTensors, pieceLogits } from "./embeddings.ts";
import { openEncoder } from "./engines.ts";
import type { Head } from "./heads.ts";

/** A bundle that is ready to answer. */
export interface Model extends Bundle {
  tokenizer: Tokenizer;
  /** Last hidden states, float32 [ids.length, hidden_size] row by row, of at most `max_tokens` ids, specials included. */
  encode(ids: Int32Array): Promise<Float32Array>;
  /** The weights of a task's head; the task must be one of the manifest's. */
  head(task: ClassificationTask | TaggingTask): Head;
  /** Logits of every piece of the vocabulary in a place of the given last hidden state, by the embedding table (tied weights). */
  pieceLogits(task: FillMaskTask, state: Float32Array): Float32Array;
  /** Bytes of WebAssembly memory that the encoder holds. */
  wasmMemoryBytes(): number;
}

/** Enough ids to run every operator once: <s>, four pieces, </s>. */
const WARM_UP_IDS = Int32Array.of(0, 4, 5, 6, 7, 2);

/**
 * Reads a bundle from the bucket, checks each file's SHA-256 and makes one warm-up pass. Files are read one after another
 * and let go as soon as they are unpacked: the peak is the encoder's weights once in WASM memory and once on their way there.
 *
 * @throws BundleError when a file is missing or damaged
 */
export async function loadModel(bucket: R2Bucket, engine: string, { version, manifest }: Bundle): Promise<Model> {
  const { encoder, tokenizer: names } = manifest;
  const read = (name: string) => readBlob(bucket, sha256Of(manifest, name));
  const readText = async (name: string) => new TextDecoder().decode(await read(name));

  const stage = await openEncoder(engine, manifest, {
    graph: await read(encoder.graph),
    weights: await read(encoder.weights),
  });
  const tokenizer = createTokenizer({
    vocab: await readText(names.vocab),
    merges: await readText(names.merges),
    emoji: await readText(names.emoji),
  });
  const files = new Map<string, ArrayBuffer>();
  for (const { file } of Object.values(manifest.tensors)) if (!files.has(file)) files.set(file, await read(file));
  const tensors = openTensors(manifest, files);
  const table = embeddingTensors(tensors, manifest);
  const embed = createEmbeddings(table);

  const encode = (ids: Int32Array) => stage.run(embed(ids), ids.length);
  await encode(WARM_UP_IDS);
  return {
    version,
    manifest,
    tokenizer,
    encode,
    head: (task) => ({
      weight: tensors.float32(task.weight),
      bias: tensors.float32(task.bias),
      temperature: task.temperature,
    }),
    pieceLogits: ({ bias }, state) => pieceLogits(table, tensors.float32(bias), state),
    wasmMemoryBytes: () => stage.wasmMemoryBytes(),
  };
}

function sha256Of({ id, files }: Manifest, name: string): string {
  const file = files[name];
  if (!file) throw new BundleError(`The manifest of "${id}" does not list the file ${name}.`);
  return file.sha256;
}
