import { readBlob } from "../bundle/bucket.ts";
import { BundleError } from "../bundle/bundle-error.ts";
import { withoutBadCopies } from "../bundle/copies.ts";
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
import { createTokenizer, openTokenizer, type Tokenizer } from "../tokenizer/index.ts";
import { createEmbeddings, embeddingTensors } from "./embeddings.ts";
import { openEncoder } from "./encoder.ts";
import { type ExitAnswer, type ExitsAsked, lastLayer, watchExits } from "./exits.ts";
import { type Head, openHead } from "./heads.ts";
import { join } from "./join.ts";
import { createMaskTransform } from "./mask-transform.ts";
import { prove } from "./prove.ts";
import { release } from "./release.ts";
import type { ModelSettings } from "./settings.ts";
import type { Stage } from "./stage.ts";
import { openWordTable, type ResidentWords, type WordTable } from "./word-table.ts";

/** Last hidden states, and how many rows of the word table had to be fetched for them. */
interface Encoded {
  /** float32 [rows, stateSize], row by row */
  states: Float32Array<ArrayBuffer>;
  fetchedWords: number;
  /** What exits have answered. If the pass has ended at one, `states` is empty. */
  exits: ReadonlyMap<ClassificationTask, ExitAnswer>;
  /** How many layers the pass took. */
  layers: number;
}

/** A part of the vocabulary: `logits[i]`, float32 [pieces], belong to state i and the pieces from `first` on. Valid until the next part is requested. */
interface PieceLogits {
  first: number;
  logits: Float32Array[];
}

/** A bundle that is ready to answer. */
export interface Model extends Bundle {
  tokenizer: Tokenizer;
  /** Runs the encoder on at most `max_tokens` ids, including special tokens. Returns the first `rows` last hidden states. */
  encode(ids: Int32Array, rows: number, exits?: ExitsAsked): Promise<Encoded>;
  /** Size of a state: `hidden_size`, or the number of logits of a whole graph. */
  stateSize: number;
  /** The weights of a task's head; the task must be one of the manifest's. */
  head(task: ClassificationTask | TaggingTask): Head;
  /**
   * Logits of every piece of the vocabulary for each of the given last hidden states, by the embedding table (tied
   * weights). The table is read once for all states.
   */
  pieceLogits(task: FillMaskTask, states: readonly Float32Array[]): AsyncIterable<PieceLogits>;
  /** The same for one state and some pieces: float32 [ids]. Only their rows of the table are read. */
  logitsOf(task: FillMaskTask, state: Float32Array, ids: readonly number[]): Promise<Float32Array>;
  /** The part of the word table that belongs in memory. Until it is read, a text's rows are fetched. A whole graph has none. */
  words?: ResidentWords;
  /** Bytes of WebAssembly memory that the encoder holds. */
  wasmMemoryBytes(): number;
  /** Milliseconds from the start of the load to the end of each step. Some steps run at the same time. */
  loadMs: Readonly<Record<string, number>>;
}

/** A pass of the encoder: at most `max_tokens` ids, including special tokens, and the number of states to return. */
export interface Pass {
  ids: Int32Array;
  rows: number;
  exits?: ExitsAsked | undefined;
}

export interface LoadOptions {
  /** Whether the load includes the word table. If not, rows are fetched until `words.fill` has read it. */
  whole: boolean;
  /** The pass of a text that waits for the model. It runs while the layers arrive, so that `encode` can return its states at once. */
  firstPass?: ((model: Pick<Model, "manifest" | "tokenizer">) => Pass | undefined) | undefined;
}

/**
 * Reads a bundle, checks each file's SHA-256 and compares the model's answers with the golden ones. All files are requested at once, so
 * that a load waits for a distant bucket only once. The golden texts and the waiting text go through the layers as these arrive. The model
 * and its results are returned only after all files and all golden answers are checked.
 *
 * @throws BundleError when a file is missing or damaged, or the model does not give its golden answers
 */
export function loadModel(
  bucket: R2Bucket,
  bundle: Bundle,
  settings: ModelSettings,
  options: LoadOptions,
): Promise<Model> {
  return withoutBadCopies(() => load(bucket, bundle, settings, options));
}

async function load(
  bucket: R2Bucket,
  bundle: Bundle,
  settings: ModelSettings,
  { whole, firstPass }: LoadOptions,
): Promise<Model> {
  const { manifest } = bundle;
  const { loadMs, timed } = stopwatch();
  const { stage, loaded } = openEncoder(bucket, bundle, settings);
  const opening = join([
    timed("tokenizer", () => readTokenizer(bucket, manifest)),
    timed("tensors", () => readTensors(bucket, manifest)),
    timed("words", () => openWordTable(bucket, manifest, settings.residentWords)),
  ]).then(([tokenizer, tensors, words]) => ({
    words,
    model: createModel(bundle, { stage, tokenizer, tensors, words, loadMs }),
  }));
  const [, { model }, , early] = await join([
    timed("encoder", () => loaded),
    opening,
    opening.then(({ model }) => timed("proof", () => prove(model))),
    opening.then(({ model }) => encodeEarly(model, firstPass)).catch(() => undefined), // its request will fail in the same way
    opening.then(({ words }) => (whole ? words.fill(() => true) : undefined)),
  ]);
  if (early) answerFrom(early, model);
  return model;
}

interface EarlyPass extends Pass {
  encoded: Encoded;
}

async function encodeEarly(model: Model, firstPass: LoadOptions["firstPass"]): Promise<EarlyPass | undefined> {
  const pass = firstPass?.(model);
  return pass && { ...pass, encoded: await model.encode(pass.ids, pass.rows, pass.exits) };
}

/** Makes the model's next pass return the states that were computed early. If another text comes first, they are dropped. */
function answerFrom(early: EarlyPass, model: Model): void {
  const { encode } = model;
  model.encode = (ids, rows, exits) => {
    model.encode = encode;
    const isSame = rows === early.rows && ids.join() === early.ids.join() && haveSameTasks(exits, early.exits);
    return isSame ? Promise.resolve(early.encoded) : encode(ids, rows, exits);
  };
}

/** Answers of exits are kept by task, so these must be the same objects: both passes are then of one request. */
function haveSameTasks(one: ExitsAsked | undefined, other: ExitsAsked | undefined): boolean {
  return one?.tasks === other?.tasks;
}

interface Parts {
  stage: Stage;
  tokenizer: Tokenizer;
  tensors: Tensors;
  words: WordTable;
  loadMs: Readonly<Record<string, number>>;
}

function createModel({ version, manifest }: Bundle, { stage, tokenizer, tensors, words, loadMs }: Parts): Model {
  const embeddings = embeddingTensors(tensors, manifest);
  const embed = createEmbeddings(embeddings);

  async function encode({ ids, rows, exits }: Pass): Promise<Encoded> {
    const { rows: wordRows, fetched } = await words.rows(ids);
    const hidden = embed(ids, wordRows);
    const { watch, answers } = watchExits(tensors, manifest.architecture.hidden_size, exits);
    const running = stage.run(hidden, ids.length, rows, watch);
    release(wordRows);
    release(hidden);
    const states = await running;
    const layers = states.length > 0 ? manifest.architecture.layers : lastLayer(answers);
    return { states, fetchedWords: fetched, exits: answers, layers };
  }
  return {
    version,
    manifest,
    tokenizer,
    stateSize: manifest.architecture.hidden_size,
    encode: (ids, rows, exits) =>
      inSpan("pass", { tokens: ids.length }, async (span) => {
        const encoded = await encode({ ids, rows, exits });
        span.setAttributes({ layers: encoded.layers });
        return encoded;
      }),
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
      const { rows } = await words.rows(Int32Array.from(ids));
      const size = rows.length / ids.length;
      for (const [index, id] of ids.entries()) {
        const row = rows.subarray(index * size, (index + 1) * size);
        embeddings.words.score(row, id, read, bias, logits.subarray(index, index + 1));
      }
      return logits;
    },
    words,
    wasmMemoryBytes: () => stage.wasmMemoryBytes(),
    loadMs,
  };
}

export function stopwatch() {
  const startedAt = performance.now();
  const loadMs: Record<string, number> = {};
  async function timed<T>(step: string, work: () => Promise<T>): Promise<T> {
    const value = await inSpan(`load ${step}`, {}, work);
    loadMs[step] = Math.round(performance.now() - startedAt);
    return value;
  }
  return { loadMs, timed };
}

export async function readTokenizer(bucket: R2Bucket, manifest: Manifest): Promise<Tokenizer> {
  const { kind, tables, ...names } = manifest.tokenizer;
  const read = (name: string) => readBlob(bucket, fileOf(manifest, name));
  const text = async (name: string) => new TextDecoder().decode(await read(name));
  const parse = async () => {
    const [vocab, merges, emoji] = await Promise.all([text(names.vocab), text(names.merges), text(names.emoji)]);
    return createTokenizer({ vocab, merges, emoji }, kind);
  };
  const tokenizer = tables ? openTokenizer(await read(tables), kind) : await parse();
  const wanted = manifest.architecture.vocab_size;
  if (tokenizer.vocabSize !== wanted)
    throw new BundleError(`The file ${tables ?? names.vocab} makes ${tokenizer.vocabSize} ids in place of ${wanted}.`);
  return tokenizer;
}

/** Reads the tensors outside the encoder, without the word table's rows. */
export async function readTensors(bucket: R2Bucket, manifest: Manifest): Promise<Tensors> {
  const { words: _, ...others } = manifest.tensors;
  const names = [...new Set(Object.values(others).map(({ file }) => file))];
  const read = async (name: string) => [name, await readBlob(bucket, fileOf(manifest, name))] as const;
  return openTensors(manifest, new Map(await Promise.all(names.map(read))));
}
