import { z } from "zod";
import { BundleError } from "./bundle-error.ts";

const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "a plain file name");
const count = z.int().nonnegative();

/** Upper bounds that no real model reaches. They keep a manifest from causing unlimited work or memory. */
const MOST = { files: 1_024, tasks: 256, labels: 4_096, shards: 128, exits: 8, tensors: 4_096, goldenTexts: 16 };

const atMost =
  (most: number) =>
  (record: object): boolean =>
    Object.keys(record).length <= most;

/** A file of the bundle. Its R2 key is its SHA-256, so bundles share equal files. */
const fileEntry = z.strictObject({ bytes: count.max(2 ** 31), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

const tensorPlace = { file: fileName, offset: count.multipleOf(4), shape: z.array(count).min(1).max(2) };

/** How many int4 values share a scale. */
const int4Group = z.literal(32);

/**
 * A tensor inside a file: little-endian, row-major, `offset` in bytes and a multiple of 4. A row of an int4 tensor is its values, two a
 * byte (two's complement, the first in the low half), and behind them its scales, float16, one for each `group` values.
 */
const tensorEntry = z.discriminatedUnion("dtype", [
  z.strictObject({ ...tensorPlace, dtype: z.enum(["int8", "float32"]) }),
  z.strictObject({ ...tensorPlace, dtype: z.literal("int4"), group: int4Group }),
]);

const taskFacts = {
  description: z.string(),
  /** Marks the default tag set of a task with several. */
  default: z.literal(true).optional(),
  /** The default for texts with more tokens than the encoder reads; `truncate` if absent. */
  truncation: z.enum(["truncate", "window"]).optional(),
  /** The data that the head was trained on. */
  data: z.string(),
  metrics: z.record(z.string(), z.number()),
};

/**
 * A linear head. Tensor names: weight is float32 [labels, hidden], bias float32 [labels]. Both are absent where a whole graph has the head
 * and gives logits.
 */
const linearHead = {
  labels: z.array(z.string().min(1)).min(2).max(MOST.labels),
  weight: z.string().optional(),
  bias: z.string().optional(),
  /** Logits are divided by this before the softmax (Guo et al. 2017). */
  temperature: z.number().positive(),
  ...taskFacts,
};

const linear = z.strictObject({ weight: z.string(), bias: z.string() });

/**
 * Answers a text that is read in one window after `layer` layers if it is sure: its highest probability is at least `threshold`. The layers
 * behind are then not needed. It reads all hidden states there. Each of `queries`, float32 [queries, hidden], makes a weighted mean of
 * them, with the weights softmax(states * query). The means, one after another, go through `dense` with a ReLU, float32
 * [inner, queries * hidden] and [inner], and through `output`, [labels, inner] and [labels]. Our own engine takes exits; ONNX Runtime does not.
 */
const exit = z.strictObject({
  layer: count.positive(),
  queries: z.string(),
  dense: linear,
  output: linear,
  temperature: z.number().positive(),
  threshold: z.number().min(0).max(1),
  /** What it makes of each golden text, sure or not: the probabilities of the labels in their order. */
  golden: z
    .array(z.array(z.number().min(0).max(1)).max(MOST.labels))
    .max(MOST.goldenTexts)
    .optional(),
});

/**
 * Reads the hidden state of `<s>`, through `dense` first where there is one: `tanh(weight * state + bias)`, float32 [hidden, hidden]
 * and [hidden]. With `multi_label` a text can have several labels, each with a probability of its own.
 */
const classificationTask = z.strictObject({
  kind: z.literal("classification"),
  ...linearHead,
  dense: z.strictObject({ weight: z.string(), bias: z.string(), activation: z.literal("tanh") }).optional(),
  multi_label: z.boolean().optional(),
  /** In the order of their layers. */
  exits: z.array(exit).min(1).max(MOST.exits).optional(),
});

/** Reads the hidden state of each word's first piece. */
const taggingTask = z.strictObject({ kind: z.literal("tagging"), ...linearHead });

/**
 * Scores the vocabulary by the embedding table itself; bias is float32 [vocab]. A hidden state goes through `transform` first where
 * there is one: `LayerNorm(gelu(weight * state + bias))`, float32 [hidden, hidden] and [hidden], GELU in its exact form.
 */
const fillMaskTask = z.strictObject({
  kind: z.literal("fill-mask"),
  bias: z.string(),
  transform: z
    .strictObject({ weight: z.string(), bias: z.string(), norm_weight: z.string(), norm_bias: z.string() })
    .optional(),
  ...taskFacts,
});

/**
 * What the head of a task makes of the hidden state of the token number `at`: some labels with their probabilities. Of a fill-mask task the
 * labels are ids of pieces, and their probabilities sum to 1.
 */
const goldenAnswer = z.strictObject({ at: count, scores: z.record(z.string(), z.number().min(0).max(1)) });

/**
 * Texts with the answers that the model gave when it was exported. A version is used only once it has given them again: the same ids, and
 * probabilities that differ by at most `tolerance`, since engines round differently.
 */
const golden = z.strictObject({
  tolerance: z.number().positive().max(0.5),
  texts: z
    .array(
      z.strictObject({
        text: z.string().max(1_000),
        /** With `<s>` and `</s>`. */
        ids: z.array(count).min(2),
        answers: z.record(z.string(), z.array(goldenAnswer)),
      }),
    )
    .max(MOST.goldenTexts),
});

const taskEntry = z.discriminatedUnion("kind", [classificationTask, taggingTask, fillMaskTask]);

/** `manifest.json` of a model bundle: everything needed to load the model, and facts about it for users. */
export const manifestSchema = z.strictObject({
  format: z.literal(1),
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  description: z.string(),
  license: z.string(),
  training: z.string(),
  architecture: z.strictObject({
    vocab_size: z.int().min(5).max(1_000_000),
    hidden_size: z.int().min(1).max(8_192),
    layers: z.int().min(1).max(128),
    heads: z.int().min(1).max(128),
    ffn_size: z.int().min(1).max(65_536),
    /** Longest input in pieces, <s> and </s> included. */
    max_tokens: z.int().min(3).max(4_096),
    layer_norm_epsilon: z.number().positive(),
  }),
  tokenizer: z.strictObject({
    kind: z.enum(["fastbpe", "byte-level-bpe"]),
    vocab: fileName,
    merges: fileName,
    emoji: fileName,
    /** The tables that these three files make, ready to use. Bundles from before it was introduced have none. */
    tables: fileName.optional(),
  }),
  /**
   * Shards of whole layers, run in order: each an ONNX graph `hidden [1, tokens, hidden] -> last_hidden [1, tokens, hidden]` and
   * its external-data file. Tensors' names count the layers through all shards. Or one whole graph: see `whole_graph`.
   */
  encoder: z
    .array(z.strictObject({ graph: fileName, weights: fileName, layers: count.positive() }))
    .min(1)
    .max(MOST.shards),
  /** With `ENGINE = "auto"`, "ort" makes ONNX Runtime run the encoder. */
  engine: z.enum(["ort", "simd"]).optional(),
  /**
   * Says that the one shard is a whole graph as somebody exported it, embeddings included: from `inputs`, int64 [1, tokens], to `output`,
   * which is `last_hidden_state` float32 [1, tokens, hidden], or the `logits` of the one task, [1, labels] or for a tagging task
   * [1, tokens, labels]. ONNX Runtime alone runs it.
   */
  whole_graph: z
    .strictObject({
      inputs: z
        .array(z.enum(["input_ids", "attention_mask", "token_type_ids"]))
        .min(1)
        .max(3),
      output: z.enum(["last_hidden_state", "logits"]),
    })
    .optional(),
  /**
   * How both matrices of each layer's feed-forward part are kept where it is not in int8: the graph has them as INT4, with a scale for
   * each `group` rows of a column. `simd` alone runs them; ONNX Runtime would unfold them to float32.
   */
  ffn_weights: z.strictObject({ bits: z.literal(4), group: int4Group }).optional(),
  quantization: z.string(),
  /**
   * Tensors outside the graphs, the embeddings' where there is no whole graph: `words` [vocab, hidden], a file of its own, int8 with `words.scale` float32 [vocab] (one a row) or int4,
   * `positions` float32 [max_tokens, hidden], `embeddings.norm.weight` and `.bias` float32 [hidden], and the heads' tensors.
   */
  tensors: z.record(z.string(), tensorEntry).refine(atMost(MOST.tensors), "too many tensors"),
  /** The file that holds the SHA-256 (32 bytes each) of every so many rows of `words`, so that parts of it can be read; if there are `words`. */
  words: z.strictObject({ rows_per_chunk: count.positive(), hashes: fileName }).optional(),
  tasks: z
    .record(z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*(\/[a-z0-9]+)?$/), taskEntry)
    .refine(atMost(MOST.tasks), "too many tasks"),
  /** Older bundles have none. */
  golden: golden.optional(),
  files: z.record(fileName, fileEntry).refine(atMost(MOST.files), "too many files"),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type ClassificationTask = z.infer<typeof classificationTask>;
export type TaggingTask = z.infer<typeof taggingTask>;
export type TaskExit = z.infer<typeof exit>;
export type FillMaskTask = z.infer<typeof fillMaskTask>;
export type Task = z.infer<typeof taskEntry>;
export type Golden = z.infer<typeof golden>;

/** A bundle whose manifest was read. Its model need not be loaded. */
export interface Bundle {
  /** SHA-256 of the manifest. */
  version: string;
  manifest: Manifest;
}

/** A file of a bundle, as the manifest lists it. */
export interface BundleFile {
  name: string;
  bytes: number;
  sha256: string;
}

/** The file of that name. @throws BundleError when the manifest does not list it */
export function fileOf({ files }: Pick<Manifest, "files">, name: string): BundleFile {
  const file = Object.hasOwn(files, name) ? files[name] : undefined;
  if (!file) throw new BundleError(`The manifest does not list the file ${name}.`);
  return { name, ...file };
}
