import { z } from "@hono/zod-openapi";
import { MAX_BATCH_TEXTS, MAX_FEATURE_TEXTS, MAX_NAME_UTF16_UNITS, MAX_TARGET_UTF16_UNITS } from "../../limits.ts";
import { scheme, targets, text, topK } from "./input.ts";
import { list, strings } from "./lists.ts";

/** Bodies and answers of Hugging Face's Inference API, as their `@huggingface/tasks` describes them. */

const MAX_LABELS = 64;

const textOrTexts = (most: number) => z.union([text, list(text, most)]);

const inputs = textOrTexts(MAX_BATCH_TEXTS);

const options = z.looseObject({
  use_cache: z
    .boolean()
    .optional()
    .openapi({ description: "False: nothing is taken from the cache or kept in it; other options change nothing" }),
});

const functionToApply = z.enum(["softmax", "sigmoid", "none"]).openapi({
  description: "What makes scores of the model's logits: softmax (default), sigmoid, or nothing",
});

const aggregationStrategy = z.enum(["none", "simple", "first", "average", "max"]).openapi({
  description:
    "none: pieces as they are; simple (default): neighbours of one type become a group; first, average, max: likewise, but a word has one tag, that of its first piece, of its pieces' mean scores, or of its surest piece",
});

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

const tagging = {
  scheme: scheme.optional(),
  aggregation_strategy: aggregationStrategy.optional(),
  ignore_labels: ignoreLabels.optional(),
  stride: stride.optional(),
};

const filling = { top_k: topK.optional(), targets: oneOrMoreTargets.optional() };

const body = <T extends z.ZodRawShape>(parameters: T) =>
  z.strictObject({ inputs, parameters: z.strictObject(parameters).optional(), options: options.optional() });

export const textClassificationBody = body(classifying);

export const tokenClassificationBody = body(tagging);

export const fillMaskBody = body(filling);

/** The parameters that a task has depend on its kind. */
export const taskBody = body({ ...classifying, ...tagging, ...filling });

/** Without a pipeline in the path. */
export const modelBody = body({ ...classifying, ...filling });

/** Its parameters stand beside `inputs`, as in Text Embeddings Inference. */
export const featureExtractionBody = z.strictObject({
  inputs: textOrTexts(MAX_FEATURE_TEXTS),
  normalize: z.boolean().optional().openapi({ description: "Whether each row is made to be of length 1" }),
  truncate: z
    .boolean()
    .optional()
    .openapi({ description: "Whether the end of a text with more tokens than the model reads is cut off (default)" }),
  options: options.optional(),
});

const oneOrList = <T extends z.ZodType>(one: T) => z.union([one, z.array(one)]);

export const textClassificationAnswer = z
  .array(z.array(z.object({ label: z.string(), score: z.number() })))
  .openapi({ description: "Of each text its labels, highest first; of a single text a list of one" });

const place = { score: z.number(), word: z.string(), start: z.int(), end: z.int() };

const taggedPiece = z.object({ entity: z.string(), index: z.int(), ...place });

const entityGroup = z.object({ entity_group: z.string(), ...place });

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

export const fillMaskAnswer = oneOrList(oneOrList(z.array(filledMask))).openapi({
  description: "Predictions, likeliest first; of a text with several masks a list of them for each",
});

export const featureExtractionAnswer = oneOrList(z.array(z.array(z.number()))).openapi({
  description: "The last hidden state of each token, <s> and </s> included",
});

export const taskAnswer = z.union([textClassificationAnswer, tokenClassificationAnswer, fillMaskAnswer]);

export const modelAnswer = z.union([textClassificationAnswer, fillMaskAnswer]);
