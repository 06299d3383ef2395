import { z } from "@hono/zod-openapi";
import { MAX_BATCH_TEXTS, MAX_TEXT_UTF16_UNITS } from "../limits.ts";

const text = z
  .string()
  .max(MAX_TEXT_UTF16_UNITS)
  .refine((value) => value.trim() !== "", "The text is empty.")
  .openapi({ example: "What a lovely day, my train is two hours late again 🙃" });

const truncation = z.enum(["truncate", "error"]).default("truncate");

/** Query of `GET /v1/{task}`. */
export const predictQuery = z.strictObject({
  text,
  truncation,
  top_k: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, "A whole number of at least 1.")
    .transform(Number)
    .optional(),
});

/** Body of `POST /v1/{task}`: one text or several. */
export const predictBody = z
  .strictObject({
    text: text.optional(),
    texts: z.array(text).min(1).max(MAX_BATCH_TEXTS).optional(),
    truncation,
    top_k: z.int().min(1).max(9999).optional(),
  })
  .refine(({ text, texts }) => (text === undefined) !== (texts === undefined), "Give either text or texts.");

/** Query of `GET`, body of `POST /v1/tokenize`. */
export const tokenizeInput = z.strictObject({ text });

const modelSchema = z.object({
  id: z.string().openapi({ example: "bertweet-mini" }),
  version: z.string().openapi({ description: "SHA-256 of the model's manifest" }),
});

const tokensSchema = z
  .object({ total: z.int(), used: z.int() })
  .openapi({ description: "Tokens of the text and how many of them the model read, <s> and </s> included" });

/** A classification of one text. */
export const classificationSchema = z
  .object({
    label: z.string(),
    score: z.number(),
    scores: z.array(z.object({ label: z.string(), score: z.number() })).openapi({ description: "Highest first" }),
    tokens: tokensSchema,
    truncated: z.boolean(),
    model: modelSchema,
  })
  .openapi("Classification");

/** The answer to several texts, in their order. */
export const classificationsSchema = z.object({ results: z.array(classificationSchema) }).openapi("Classifications");

/** Offsets and spans are [start, end) in UTF-16 code units of the text as sent. */
export const tokenizationSchema = z
  .object({
    normalized: z.string(),
    pieces: z.array(z.string()),
    ids: z.array(z.int()),
    offsets: z.array(z.tuple([z.int(), z.int()])),
    rewrites: z.array(z.object({ kind: z.string(), from: z.string(), to: z.string(), start: z.int(), end: z.int() })),
    unknown: z.int().openapi({ description: "How many pieces are <unk>" }),
    tokens: tokensSchema,
    truncated: z.boolean().openapi({ description: "Whether a model would read only the first `tokens.used` of them" }),
    model: modelSchema,
  })
  .openapi("Tokenization");

/** RFC 9457, with the errors of an invalid request. */
export const problemSchema = z
  .object({
    type: z.string().openapi({ example: "/problems/text-too-long" }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .openapi("Problem");
