import { z } from "zod";
import { BundleError } from "./bundle-error.ts";

const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "a plain file name");
const count = z.int().nonnegative();

/** A file of the bundle. In R2 it lies under its SHA-256, so two bundles share what they have in common. */
const fileEntry = z.strictObject({ bytes: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) });

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
  /** Which data the head learned from. */
  data: z.string(),
  metrics: z.record(z.string(), z.number()),
};

/** A linear head. Tensor names: weight is float32 [labels, hidden], bias float32 [labels]. */
const linearHead = {
  labels: z.array(z.string().min(1)).min(2),
  weight: z.string(),
  bias: z.string(),
  /** Logits are divided by this before the softmax (Guo et al. 2017). */
  temperature: z.number().positive(),
  ...taskFacts,
};

/**
 * Reads the hidden state of `<s>`, through `dense` first where there is one: `tanh(weight * state + bias)`, float32 [hidden, hidden]
 * and [hidden]. With `multi_label` a text can have several labels, each with a probability of its own.
 */
const classificationTask = z.strictObject({
  kind: z.literal("classification"),
  ...linearHead,
  dense: z.strictObject({ weight: z.string(), bias: z.string(), activation: z.literal("tanh") }).optional(),
  multi_label: z.boolean().optional(),
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

const taskEntry = z.discriminatedUnion("kind", [classificationTask, taggingTask, fillMaskTask]);

/** `manifest.json` of a model bundle: everything that is needed to load it, and what users may ask about it. */
export const manifestSchema = z.strictObject({
  format: z.literal(1),
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  description: z.string(),
  license: z.string(),
  training: z.string(),
  architecture: z.strictObject({
    vocab_size: count,
    hidden_size: count,
    layers: count,
    heads: count,
    ffn_size: count,
    /** Longest input in pieces, <s> and </s> included. */
    max_tokens: count,
    layer_norm_epsilon: z.number().positive(),
  }),
  tokenizer: z.strictObject({
    kind: z.enum(["fastbpe", "byte-level-bpe"]),
    vocab: fileName,
    merges: fileName,
    emoji: fileName,
  }),
  /**
   * Shards of whole layers, run in order: each an ONNX graph `hidden [1, tokens, hidden] -> last_hidden [1, tokens, hidden]` and
   * its external-data file. Tensors' names count the layers through all shards.
   */
  encoder: z.array(z.strictObject({ graph: fileName, weights: fileName, layers: count.positive() })).min(1),
  /** What the encoder is to be run by where the service does not say: see `ENGINE` in wrangler.toml. */
  engine: z.enum(["ort", "simd"]).optional(),
  /**
   * How both matrices of each layer's feed-forward part are kept where it is not in int8: the graph has them as INT4, with a scale for
   * each `group` rows of a column. `simd` alone runs them; ONNX Runtime would unfold them to float32.
   */
  ffn_weights: z.strictObject({ bits: z.literal(4), group: int4Group }).optional(),
  quantization: z.string(),
  /**
   * Tensors outside the graphs: `words` [vocab, hidden], a file of its own, int8 with `words.scale` float32 [vocab] (one a row) or int4,
   * `positions` float32 [max_tokens, hidden], `embeddings.norm.weight` and `.bias` float32 [hidden], and the heads' tensors.
   */
  tensors: z.record(z.string(), tensorEntry),
  /** The file that holds the SHA-256 (32 bytes each) of every so many rows of `words`, so that parts of it can be read. */
  words: z.strictObject({ rows_per_chunk: count.positive(), hashes: fileName }),
  tasks: z.record(z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*(\/[a-z0-9]+)?$/), taskEntry),
  files: z.record(fileName, fileEntry),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type ClassificationTask = z.infer<typeof classificationTask>;
export type TaggingTask = z.infer<typeof taggingTask>;
export type FillMaskTask = z.infer<typeof fillMaskTask>;
export type Task = z.infer<typeof taskEntry>;

/** A bundle that answers are to be given by, known without loading the model. */
export interface Bundle {
  /** SHA-256 of the manifest. */
  version: string;
  manifest: Manifest;
}

/** Size and SHA-256 of a file that the manifest names. @throws BundleError when it does not list it */
export function fileOf({ id, files }: Manifest, name: string): { bytes: number; sha256: string } {
  const file = files[name];
  if (!file) throw new BundleError(`The manifest of "${id}" does not list the file ${name}.`);
  return file;
}
