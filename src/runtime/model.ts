import { readBlob } from "../bundle/bucket.ts";
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
import { createTokenizer, type Tokenizer } from "../tokenizer/index.ts";
import { createEmbeddings, embeddingTensors } from "./embeddings.ts";
import { openEncoder } from "./encoder.ts";
import { type Head, openHead } from "./heads.ts";
import { join } from "./join.ts";
import { createMaskTransform } from "./mask-transform.ts";
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
  /** Bytes of WebAssembly memory that the encoder holds. */
  wasmMemoryBytes(): number;
}

/** Enough ids to run every operator once: <s>, four pieces, </s>. */
const WARM_UP_IDS = Int32Array.of(0, 4, 5, 6, 7, 2);

/**
 * Reads a bundle from the bucket, checks each file's SHA-256 and makes one warm-up pass. All files are asked for at once, so that
 * a bucket far away is waited for once; the large ones are unpacked as they arrive, the others let go once they are.
 *
 * @throws BundleError when a file is missing or damaged
 */
export async function loadModel(bucket: R2Bucket, bundle: Bundle, settings: ModelSettings): Promise<Model> {
  const { version, manifest } = bundle;
  const [stage, tokenizer, tensors, words] = await join([
    openEncoder(bucket, bundle, settings),
    readTokenizer(bucket, manifest),
    readTensors(bucket, manifest),
    openWordTable(bucket, manifest, settings.residentWords),
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
  await encode(WARM_UP_IDS, WARM_UP_IDS.length);
  return {
    version,
    manifest,
    tokenizer,
    encode,
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
    wasmMemoryBytes: () => stage.wasmMemoryBytes(),
  };
}

async function readTokenizer(bucket: R2Bucket, manifest: Manifest): Promise<Tokenizer> {
  const { kind, ...names } = manifest.tokenizer;
  const read = async (name: string) => new TextDecoder().decode(await readBlob(bucket, fileOf(manifest, name).sha256));
  const [vocab, merges, emoji] = await Promise.all([read(names.vocab), read(names.merges), read(names.emoji)]);
  return createTokenizer({ vocab, merges, emoji }, kind);
}

/** Those outside of the encoder, but for the word table's rows. */
async function readTensors(bucket: R2Bucket, manifest: Manifest): Promise<Tensors> {
  const { words: _, ...others } = manifest.tensors;
  const names = [...new Set(Object.values(others).map(({ file }) => file))];
  const read = async (name: string) => [name, await readBlob(bucket, fileOf(manifest, name).sha256)] as const;
  return openTensors(manifest, new Map(await Promise.all(names.map(read))));
}
