import { z } from "@hono/zod-openapi";
import type { Task } from "../../bundle/manifest.ts";
import { MAX_BATCH_TEXTS, MAX_NAME_UTF16_UNITS, MAX_TARGET_UTF16_UNITS } from "../../limits.ts";
import { SCORE_FUNCTIONS } from "../../tasks/classify.ts";
import { scheme, targets, text, topK } from "./input.ts";
import { list, strings } from "./lists.ts";

/** Bodies and answers of Hugging Face's Inference API, as their `@huggingface/tasks` describes them. */

const MAX_LABELS = 64;

const inputs = z.union([text, list(text, MAX_BATCH_TEXTS)]);

const comparison = z.strictObject({ source_sentence: text, sentences: list(text, MAX_BATCH_TEXTS - 1) });

const options = z.looseObject({
  use_cache: z
    .boolean()
    .optional()
    .openapi({ description: "False: nothing is taken from the cache or kept in it; other options change nothing" }),
});

const functionToApply = z.enum(SCORE_FUNCTIONS).openapi({
  description: "What makes scores of the model's logits: softmax (default), sigmoid, or nothing",
});

const aggregationStrategy = z.enum(["none", "simple", "first", "average", "max"]).openapi({
  description:
    "none: pieces as they are; simple (default): neighbours of one type become a group; first, average, max: likewise, but a word has one tag, that of its first piece, of its pieces' mean scores, or of its surest piece",
});
export type AggregationStrategy = z.infer<typeof aggregationStrategy>;

const ignoreLabels = strings({ least: 0, most: MAX_LABELS, maxUnits: MAX_NAME_UTF16_UNITS }).openapi({
  description: "Tags or types that are left out; O of named entities unless said otherwise",
});

const stride = z
  .int()
  .min(0)
  .max(9999)
  .openapi({ description: "Given, a long text is read whole, in windows; how far they overlap is up to the service" });

const oneOrMoreTargets = z.union([z.string().min(1).max(MAX_TARGET_UTF16_UNITS), targets]);

const classifying = { top_k: topK.optional(), function_to_apply: functionToApply.optional() };
export type TextClassificationParameters = z.infer<z.ZodObject<typeof classifying>>;

const tagging = {
  scheme: scheme.optional(),
  aggregation_strategy: aggregationStrategy.optional(),
  ignore_labels: ignoreLabels.optional(),
  stride: stride.optional(),
};
export type TokenClassificationParameters = z.infer<z.ZodObject<typeof tagging>>;

const filling = { top_k: topK.optional(), targets: oneOrMoreTargets.optional() };
export type FillMaskParameters = z.infer<z.ZodObject<typeof filling>>;

/** They stand beside `inputs`, as in Text Embeddings Inference. */
const extracting = {
  normalize: z.boolean().optional().openapi({ description: "Whether each row is made to be of length 1" }),
  truncate: z
    .boolean()
    .optional()
    .openapi({ description: "Whether the end of a text with more tokens than the model reads is cut off (default)" }),
};
export type FeatureExtractionParameters = z.infer<z.ZodObject<typeof extracting>>;

/** The parameters that the pipelines have: those of each kind of task, and the one that has no task. */
export const PARAMETERS: Record<Task["kind"] | "feature-extraction", readonly string[]> = {
  classification: Object.keys(classifying),
  tagging: Object.keys(tagging),
  "fill-mask": Object.keys(filling),
  "feature-extraction": Object.keys(extracting),
};

const body = <T extends z.ZodRawShape>(parameters: T) =>
  z.strictObject({ inputs, parameters: z.strictObject(parameters).optional(), options: options.optional() });

export const textClassificationBody = body(classifying);

export const tokenClassificationBody = body(tagging);

export const fillMaskBody = body(filling);

/** The parameters that a task has depend on its kind. */
export const taskBody = body({ ...classifying, ...tagging, ...filling });

export const featureExtractionBody = z.strictObject({ inputs, ...extracting, options: options.optional() });

/** The client sends no parameters, but maybe an empty object. */
export const sentenceSimilarityBody = z.strictObject({
  inputs: comparison,
  parameters: z.strictObject({}).optional(),
  options: options.optional(),
});

/** Without a pipeline in the path: what it holds tells which is meant. */
export const modelBody = z.strictObject({
  inputs: z.union([text, list(text, MAX_BATCH_TEXTS), comparison]),
  parameters: z.strictObject({ ...classifying, ...tagging, ...filling }).optional(),
  ...extracting,
  options: options.optional(),
});
export type PipelineBody = z.infer<typeof modelBody>;

const oneOrList = <T extends z.ZodType>(one: T) => z.union([one, z.array(one)]);

export const textClassificationAnswer = z
  .array(z.array(z.object({ label: z.string(), score: z.number() })))
  .openapi({ description: "Of each text its labels, highest first; of a single text a list of one" });

const place = { score: z.number(), word: z.string(), start: z.int(), end: z.int() };

const taggedPiece = z.object({ entity: z.string(), index: z.int(), ...place });
export type TaggedPiece = z.infer<typeof taggedPiece>;

const entityGroup = z.object({ entity_group: z.string(), ...place });
export type EntityGroup = z.infer<typeof entityGroup>;

export const tokenClassificationAnswer = oneOrList(z.array(z.union([taggedPiece, entityGroup]))).openapi({
  description:
    "Pieces (none) or groups. `word` is what the model reads there; `start` and `end` are UTF-16 code units of the text as sent",
});

const filledMask = z.object({
  score: z.number(),
  token: z.int(),
  token_str: z.string(),
  sequence: z.string().openapi({ description: "The text as the model reads it, the mask filled" }),
});
export type FilledMask = z.infer<typeof filledMask>;

export const fillMaskAnswer = oneOrList(oneOrList(z.array(filledMask))).openapi({
  description: "Predictions, likeliest first; of a text with several masks a list of them for each",
});

export const featureExtractionAnswer = z.array(z.array(z.number())).openapi({
  description:
    "Of a text the last hidden state of each token, <s> and </s> included; of a list of texts the mean of those, a row for each text",
});

export const sentenceSimilarityAnswer = z
  .array(z.number())
  .openapi({ description: "The cosine of each sentence's vector and that of source_sentence" });

export const taskAnswer = z.union([textClassificationAnswer, tokenClassificationAnswer, fillMaskAnswer]);

export const modelAnswer = z.union([taskAnswer, featureExtractionAnswer, sentenceSimilarityAnswer]);
