import { z } from "@hono/zod-openapi";
import { MAX_INPUT_ERRORS, MAX_MASKS } from "../../limits.ts";

const score = z.number().min(0).max(1);

const span = { text: z.string(), start: z.int(), end: z.int() };

const extent = {
  tokens: z
    .object({ total: z.int(), used: z.int() })
    .openapi({ description: "Tokens of the text and how many of them the model read, <s> and </s> included" }),
  truncated: z.boolean().openapi({ description: "Whether something of the text was not read" }),
};

const windows = z.int().min(1).openapi({ description: "In how many windows the text was read" });

const model = z.object({
  id: z.string().openapi({ example: "bertweet-mini" }),
  version: z.string().openapi({ description: "SHA-256 of the model's manifest" }),
});

const read = { ...extent, windows, model };

const classification = z.object({
  label: z.string(),
  score,
  scores: z
    .array(z.object({ label: z.string(), score }))
    .openapi({ description: "Highest first; they sum to 1 unless the task allows several labels at once" }),
});

const tagging = z.object({
  words: z.array(z.object({ ...span, tag: z.string(), score })),
  entities: z
    .array(z.object({ ...span, label: z.string(), score }))
    .optional()
    .openapi({ description: "Of tag sets of named entities only" }),
});

const filledMasks = z.object({
  masks: z
    .array(
      z.object({
        start: z.int(),
        end: z.int(),
        predictions: z.array(z.object({ token: z.string(), score })).openapi({ description: "Likeliest first" }),
      }),
    )
    .max(MAX_MASKS),
});

/** What a task answers, by its kind. Spans are [start, end) in UTF-16 code units of the text as sent. */
export const predictionSchema = z
  .union([
    classification.extend(read).openapi("Classification"),
    tagging.extend(read).openapi("Tagging"),
    filledMasks.extend(read).openapi("FilledMasks"),
  ])
  .openapi("Prediction");

/** The answers of several tasks to one text, by the names that were asked for. */
export const analysisSchema = z
  .object({ results: z.record(z.string(), z.union([classification, tagging, filledMasks])), ...read })
  .openapi("Analysis");

export const embeddingSchema = z.object({ embedding: z.array(z.number()), ...read }).openapi("Embedding");

/** One answer, or the answers to `texts` and `batch` in their order. */
export const orResults = <T extends z.ZodType>(one: T) => z.union([one, z.object({ results: z.array(one) })]);

/** A tuple, but said without `prefixItems`, which some tools that read the document don't know. */
const offset = z
  .tuple([z.int(), z.int()])
  .openapi({ type: "array", items: { type: "integer" }, minItems: 2, maxItems: 2 });

/** Offsets and spans are [start, end) in UTF-16 code units of the text as sent. */
export const tokenizationSchema = z
  .object({
    normalized: z.string(),
    pieces: z.array(z.string()),
    ids: z.array(z.int()),
    offsets: z.array(offset),
    rewrites: z.array(z.object({ kind: z.string(), from: z.string(), to: z.string(), start: z.int(), end: z.int() })),
    unknown: z.int().openapi({ description: "How many pieces are <unk>" }),
    unknown_emoji: z.array(z.string()).openapi({ description: "Emoji that the model's table has no name for" }),
    ...extent,
    model,
  })
  .openapi("Tokenization");

export const upSchema = z.object({ status: z.literal("up") }).openapi("Health");

export const readySchema = z
  .object({
    status: z.literal("ready"),
    model,
    wasm_memory_bytes: z.int().openapi({ description: "Memory that the encoder's WebAssembly holds" }),
    held: z.array(model.extend({ bytes: z.int() })).openapi({
      description: "The models in this isolate, last used first, and what each is reckoned to hold at most",
    }),
    wanted: z
      .object({ version: z.string(), reason: z.string() })
      .optional()
      .openapi({ description: "The version that should answer, and why it does not; absent when it does" }),
    canary: z
      .object({
        version: z.string(),
        percent: z.number(),
        state: z.enum(["answering", "loading", "refused"]),
        reason: z.string().optional(),
      })
      .optional()
      .openapi({ description: "The version that answers a share of the texts, while there is one" }),
    warnings: z
      .array(z.string())
      .optional()
      .openapi({ description: "What is wrong with the configuration though the service answers" }),
  })
  .openapi("Readiness");

/** RFC 9457, with the errors of an invalid request. */
export const problemSchema = z
  .object({
    type: z.string().openapi({ example: "/problems/text-too-long" }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    errors: z
      .array(z.object({ pointer: z.string(), detail: z.string() }))
      .max(MAX_INPUT_ERRORS)
      .optional(),
    total_errors: z.int().optional().openapi({ description: "How many errors there are, where not all are listed" }),
    error: z.string().optional().openapi({ description: "`detail` again, under /models alone" }),
  })
  .openapi("Problem");

/** A line of a stream that could not be answered. */
export const problemLineSchema = z
  .object({
    line: z.int().openapi({ description: "Counted from 1" }),
    error: problemSchema.omit({ instance: true, error: true }),
  })
  .openapi("ProblemLine");
