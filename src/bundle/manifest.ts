import { z } from "zod";

const fileName = z.string().regex(/^[a-z0-9][a-z0-9._-]*$/i, "a plain file name");
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

/** What a head answers: `classification` reads the hidden state of <s>, `tagging` that of each word's first piece. */
const taskEntry = z.strictObject({
  kind: z.enum(["classification", "tagging"]),
  labels: z.array(z.string().min(1)).min(2),
  /** Tensor names: weight is float32 [labels, hidden], bias float32 [labels]. */
  weight: z.string(),
  bias: z.string(),
  /** Logits are divided by this before the softmax (Guo et al. 2017). */
  temperature: z.number().positive(),
  description: z.string(),
  /** Which data the head learned from. */
  data: z.string(),
  metrics: z.record(z.string(), z.number()),
});

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
export type Task = Manifest["tasks"][string];

/** A bundle that answers are to be given by, known without loading the model. */
export interface Bundle {
  /** SHA-256 of the manifest. */
  version: string;
  manifest: Manifest;
}
