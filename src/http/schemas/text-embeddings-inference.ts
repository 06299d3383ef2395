import { z } from "@hono/zod-openapi";
import { MAX_BATCH_TEXTS } from "../../limits.ts";
import { text } from "./input.ts";
import { list } from "./lists.ts";
import { textsWithoutIds } from "./texts-without-ids.ts";

/** Bodies and answers of Text Embeddings Inference, as its OpenAPI document describes them. */

const NO_PAIRS =
  'In Text Embeddings Inference a list of two texts is a pair, which this model does not read. Put each text into a list of its own: [["one"], ["two"]].';

const reading = {
  truncate: z.boolean().nullish().openapi({
    description:
      "true cuts the end of a text with more tokens than the model reads, false refuses it. Default: true, or windows where the task reads so",
  }),
  truncation_direction: z
    .enum(["right", "Right"], "The end of a text is cut off here, never its start.")
    .optional()
    .openapi({ description: "Which side is cut off" }),
};

export const embedBody = z
  .strictObject({
    inputs: textsWithoutIds("Send texts: the ids of their tokens are not read."),
    ...reading,
    normalize: z
      .boolean()
      .optional()
      .openapi({ description: "Whether each vector is made to be of length 1 (default)" }),
    prompt_name: z.null("The model has no prompts.").optional(),
    dimensions: z.int().min(1).nullish().openapi({
      description: "The model's own number of dimensions; any other is refused, since its vectors can't be shortened",
    }),
  })
  .openapi("TextEmbeddingsEmbed");

export const embedAnswer = z.array(z.array(z.number())).openapi({ description: "A vector for each text" });

const alone = list(text, 1);

export const predictBody = z
  .strictObject({
    inputs: z
      .preprocess(
        (value, { issues }) => {
          if (!hasPair(value)) return value;
          issues.push({ code: "custom", message: NO_PAIRS, input: value });
          return z.NEVER;
        },
        z.union([text, list(alone, MAX_BATCH_TEXTS), alone]),
      )
      .openapi({ description: "A text, or several, each in a list of its own" }),
    ...reading,
    raw_scores: z.boolean().optional().openapi({ description: "Whether scores are the model's logits" }),
  })
  .openapi("TextEmbeddingsPredict");

function hasPair(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  if (typeof value[0] === "string") return value.length > 1;
  return value.slice(0, MAX_BATCH_TEXTS).some((each) => Array.isArray(each) && each.length > 1);
}

const predictions = z.array(z.object({ label: z.string(), score: z.number() }));

export const predictAnswer = z
  .union([predictions, z.array(predictions)])
  .openapi({ description: "Every label with its score, highest first; of several texts a list for each" });

export const infoAnswer = z
  .object({
    model_id: z.string(),
    model_sha: z.string().openapi({ description: "SHA-256 of the model's manifest" }),
    model_dtype: z.string(),
    served_model_name: z.string(),
    model_type: z.union([
      z.object({ embedding: z.object({ pooling: z.string() }) }),
      z.object({
        classifier: z.object({ id2label: z.record(z.string(), z.string()), label2id: z.record(z.string(), z.int()) }),
      }),
    ]),
    max_concurrent_requests: z.int(),
    max_input_length: z.int().openapi({ description: "Tokens that the model reads at once" }),
    max_batch_tokens: z.int().openapi({ description: "Tokens that one request may ask for" }),
    max_batch_requests: z.int().nullable(),
    max_client_batch_size: z.int().openapi({ description: "Texts that one request may hold" }),
    auto_truncate: z.boolean(),
    tokenization_workers: z.int(),
    version: z.string(),
    sha: z.string().nullable(),
    docker_label: z.string().nullable(),
  })
  .openapi("TextEmbeddingsInfo");

export const textEmbeddingsErrorSchema = z
  .object({
    error: z.string(),
    error_type: z.enum(["Unhealthy", "Backend", "Overloaded", "Validation", "Tokenizer"]),
  })
  .openapi("TextEmbeddingsError");
