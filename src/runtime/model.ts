import { readBlob } from "../bundle/bucket.ts";
import { BundleError } from "../bundle/bundle-error.ts";
import {
  type Bundle,
  type ClassificationTask,
  type FillMaskTask,
  fileOf,
  type Manifest,
  type TaggingTask,
} from "../bundle/manifest.ts";
import { openTensors, type Tensors } from "../bundle/tensors.ts";
import { WORD_ROWS_AT_ONCE } from "../limits.ts";
import { inSpan } from "../spans.ts";
import { createTokenizer, type Tokenizer } from "../tokenizer/index.ts";
import { createEmbeddings, embeddingTensors } from "./embeddings.ts";
import { openEncoder } from "./encoder.ts";
import { type Head, openHead } from "./heads.ts";
import { join } from "./join.ts";
import { createMaskTransform } from "./mask-transform.ts";
import { prove } from "./prove.ts";
import { release } from "./release.ts";
import type { ModelSettings } from "./settings.ts";
import { openWordTable } from "./word-table.ts";

/** Last hidden states, and how many rows of the word table had to be fetched for them. */
interface Encoded {
  /** float32 [rows, hidden_size], row by row */
  states: Float32Array;
  fetchedWords: number;
}

/** A part of the vocabulary: `logits[i]`, float32 [pieces], are state i's for the pieces from `first` on. Gone once the next part is asked for. */
interface PieceLogits {
  first: number;
  logits: Float32Array[];
}

/** A bundle that is ready to answer. */
export interface Model extends Bundle {
  tokenizer: Tokenizer;
  /** Runs the encoder on at most `max_tokens` ids, specials included; only the first `rows` of their last states are wanted. */
  encode(ids: Int32Array, rows: number): Promise<Encoded>;
  /** The weights of a task's head; the task must be one of the manifest's. */
  head(task: ClassificationTask | TaggingTask): Head;
  /**
   * Logits of every piece of the vocabulary in the place of each of the given last hidden states, by the embedding table (tied
   * weights), which is gone through once for all of them.
   */
  pieceLogits(task: FillMaskTask, states: readonly Float32Array[]): AsyncIterable<PieceLogits>;
  /** The same for one state and some pieces alone: float32 [ids]. Only their rows of the table are read. */
  logitsOf(task: FillMaskTask, state: Float32Array, ids: readonly number[]): Promise<Float32Array>;
  /** Bytes of WebAssembly memory that the encoder holds. */
  wasmMemoryBytes(): number;
  /** Milliseconds from the beginning of the load to the end of each of its steps, some of which run at the same time. */
  loadMs: Readonly<Record<string, number>>;
}

/**
 * Reads a bundle from the bucket, checks each file's SHA-256 and proves the model by its golden answers. All files are asked for at once,
 * so that a bucket far away is waited for once. Large files are unpacked as they arrive, the others once they are complete.
 *
 * @throws BundleError when a file is missing or damaged, or the model does not give its golden answers
 */
export async function loadModel(bucket: R2Bucket, bundle: Bundle, settings: ModelSettings): Promise<Model> {
  const { version, manifest } = bundle;
  const { loadMs, timed } = stopwatch();
  const [stage, tokenizer, tensors, words] = await join([
    timed("encoder", () => openEncoder(bucket, bundle, settings)),
    timed("tokenizer", () => readTokenizer(bucket, manifest)),
    timed("tensors", () => readTensors(bucket, manifest)),
    timed("words", () => openWordTable(bucket, manifest, settings.residentWords)),
  ]);
  const embeddings = embeddingTensors(tensors, manifest);
  const embed = createEmbeddings(embeddings);

  async function encode(ids: Int32Array, rows: number): Promise<Encoded> {
    const { rows: wordRows, fetched } = await words.rows(ids);
    const hidden = embed(ids, wordRows);
    const states = stage.run(hidden, ids.length, rows);
    release(wordRows);
    release(hidden);
    return { states: await states, fetchedWords: fetched };
  }
  const model: Model = {
    version,
    manifest,
    tokenizer,
    encode: (ids, rows) => inSpan("pass", { tokens: ids.length }, () => encode(ids, rows)),
    head: (task) => openHead(tensors, task),
    async *pieceLogits(task, states) {
      const bias = tensors.float32(task.bias);
      const read = states.map(createMaskTransform(tensors, task, manifest.architecture.layer_norm_epsilon));
      const kept = states.map(() => new Float32Array(WORD_ROWS_AT_ONCE));
      for await (const { first, rows } of words.parts()) {
        const pieces = Math.min(WORD_ROWS_AT_ONCE, manifest.architecture.vocab_size - first);
        const logits = kept.map((part) => part.subarray(0, pieces));
        for (const [index, state] of read.entries())
          embeddings.words.score(rows, first, state, bias, logits[index] as Float32Array);
        yield { first, logits };
      }
    },
    async logitsOf(task, state, ids) {
      const read = createMaskTransform(tensors, task, manifest.architecture.layer_norm_epsilon)(state);
      const bias = tensors.float32(task.bias);
      const logits = new Float32Array(ids.length);
      for (const [index, id] of ids.entries()) {
        const { rows } = await words.rows(Int32Array.of(id));
        embeddings.words.score(rows, id, read, bias, logits.subarray(index, index + 1));
      }
      return logits;
    },
    wasmMemoryBytes: () => stage.wasmMemoryBytes(),
    loadMs,
  };
  await timed("proof", () => prove(model));
  return model;
}

function stopwatch() {
  const startedAt = performance.now();
  const loadMs: Record<string, number> = {};
  async function timed<T>(step: string, work: () => Promise<T>): Promise<T> {
    const value = await inSpan(`load ${step}`, {}, work);
    loadMs[step] = Math.round(performance.now() - startedAt);
    return value;
  }
  return { loadMs, timed };
}

async function readTokenizer(bucket: R2Bucket, manifest: Manifest): Promise<Tokenizer> {
  const { kind, ...names } = manifest.tokenizer;
  const read = async (name: string) => new TextDecoder().decode(await readBlob(bucket, fileOf(manifest, name)));
  const [vocab, merges, emoji] = await Promise.all([read(names.vocab), read(names.merges), read(names.emoji)]);
  const tokenizer = createTokenizer({ vocab, merges, emoji }, kind);
  const wanted = manifest.architecture.vocab_size;
  if (tokenizer.vocabSize !== wanted)
    throw new BundleError(`The file ${names.vocab} makes ${tokenizer.vocabSize} ids in place of ${wanted}.`);
  return tokenizer;
}

/** Those outside of the encoder, but for the word table's rows. */
async function readTensors(bucket: R2Bucket, manifest: Manifest): Promise<Tensors> {
  const { words: _, ...others } = manifest.tensors;
  const names = [...new Set(Object.values(others).map(({ file }) => file))];
  const read = async (name: string) => [name, await readBlob(bucket, fileOf(manifest, name))] as const;
  return openTensors(manifest, new Map(await Promise.all(names.map(read))));
}
