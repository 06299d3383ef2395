import { z } from "zod";

const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "a plain file name");
const count = z.int().nonnegative();

/** A file of the bundle. In R2 it lies under its SHA-256, so two bundles share what they have in common. */
const fileEntry = z.strictObject({ bytes: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) });

/** A tensor inside a file: little-endian, row-major, `offset` in bytes and a multiple of 4. */
const tensorEntry = z.strictObject({
  file: fileName,
  offset: count.multipleOf(4),
  dtype: z.enum(["int8", "float32"]),
  shape: z.array(count).min(1).max(2),
});

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

/** Reads the hidden state of `<s>`. */
const classificationTask = z.strictObject({ kind: z.literal("classification"), ...linearHead });

/** Reads the hidden state of each word's first piece. */
const taggingTask = z.strictObject({ kind: z.literal("tagging"), ...linearHead });

/** Scores the vocabulary by the embedding table itself; bias is float32 [vocab]. */
const fillMaskTask = z.strictObject({ kind: z.literal("fill-mask"), bias: z.string(), ...taskFacts });

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
  tokenizer: z.strictObject({ kind: z.literal("fastbpe"), vocab: fileName, merges: fileName, emoji: fileName }),
  /** ONNX graph `hidden [1, tokens, hidden] -> last_hidden [1, tokens, hidden]` and its external-data file. */
  encoder: z.strictObject({ graph: fileName, weights: fileName }),
  quantization: z.string(),
  /**
   * Tensors outside the graph: `words` int8 [vocab, hidden] with `words.scale` float32 [vocab] (one a row), `positions`
   * float32 [max_tokens, hidden], `embeddings.norm.weight` and `.bias` float32 [hidden], and the heads' tensors.
   */
  tensors: z.record(z.string(), tensorEntry),
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
