import { z } from "@hono/zod-openapi";
import { MAX_INPUT_ERRORS } from "../../limits.ts";
import {
  classificationSchema,
  explanationSchema as explanationResult,
  extentSchema,
  filledMasksSchema,
  taggingSchema,
} from "../../tasks/answers.ts";
import { lineId } from "./line-id.ts";

const model = z.object({
  id: z.string().openapi({ example: "bertweet-mini" }),
  version: z.string().openapi({ description: "SHA-256 of the model's manifest" }),
});

/** What every answer about a text says beside its result. */
const readSchema = extentSchema.extend({ model });
export type Read = z.infer<typeof readSchema>;

/** What a task answers, by its kind. Spans are [start, end) of the text as sent, in the unit of `offsets`. */
export const predictionSchema = z
  .union([
    classificationSchema.extend(readSchema.shape).openapi("Classification"),
    taggingSchema.extend(readSchema.shape).openapi("Tagging"),
    filledMasksSchema.extend(readSchema.shape).openapi("FilledMasks"),
  ])
  .openapi("Prediction");

export const explanationSchema = explanationResult.extend(readSchema.shape).openapi("Explanation");

/** The answers of several tasks to one text, by the names that were asked for. */
export const analysisSchema = z
  .object({
    results: z.record(z.string(), z.union([classificationSchema, taggingSchema, filledMasksSchema])),
    ...readSchema.shape,
  })
  .openapi("Analysis");
export type Analysis = z.infer<typeof analysisSchema>;

export const embeddingSchema = z.object({ embedding: z.array(z.number()), ...readSchema.shape }).openapi("Embedding");
export type Embedding = z.infer<typeof embeddingSchema>;

/** One answer, or the answers to `texts` and `batch` in their order. */
export const orResults = <T extends z.ZodType>(one: T) => z.union([one, z.object({ results: z.array(one) })]);

/** A tuple, but said without `prefixItems`, which some tools that read the document don't know. */
const offset = z
  .tuple([z.int(), z.int()])
  .openapi({ type: "array", items: { type: "integer" }, minItems: 2, maxItems: 2 });

/** Offsets and spans are [start, end) of the text as sent, in the unit of `offsets`. */
export const tokenizationSchema = z
  .object({
    normalized: z.string(),
    pieces: z.array(z.string()),
    ids: z.array(z.int()),
    offsets: z.array(offset),
    rewrites: z.array(z.object({ kind: z.string(), from: z.string(), to: z.string(), start: z.int(), end: z.int() })),
    unknown: z.int().openapi({ description: "How many pieces are <unk>" }),
    unknown_emoji: z.array(z.string()).openapi({ description: "Emoji that the model's table has no name for" }),
    ...readSchema.omit({ windows: true }).shape,
  })
  .openapi("Tokenization");
export type Tokenization = z.infer<typeof tokenizationSchema>;

export const upSchema = z.object({ status: z.literal("up") }).openapi("Health");

export const readySchema = z
  .object({
    status: z.literal("ready"),
    model,
    engine: z.enum(["ort", "simd"]).openapi({ description: "What runs its encoder here" }),
    wasm_memory_bytes: z.int().openapi({ description: "Memory that the encoder's WebAssembly holds" }),
    held: z.array(model.extend({ bytes: z.int() })).openapi({
      description: "The models in this isolate, most recently used first, and the estimated memory of each",
    }),
    wanted: z
      .object({ version: z.string(), reason: z.string() })
      .optional()
      .openapi({ description: "The current version, if it does not answer yet, and the reason" }),
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
      .openapi({ description: "Configuration errors that do not keep the service from answering" }),
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
    total_errors: z.int().optional().openapi({ description: "Number of errors, if `errors` does not list all" }),
    retry_after: z.int().optional().openapi({ description: "Seconds to wait before a retry, as in Retry-After" }),
    error: z.string().optional().openapi({ description: "`detail` again, under /models alone" }),
  })
  .openapi("Problem");
export type Problem = z.infer<typeof problemSchema>;

const lineSchema = z.object({
  line: z.int().openapi({ description: "Its number, counted from 1, blank lines too" }),
  id: lineId.optional(),
});

/** An answer as a line of a stream: what it is alone, behind the line's number and its id if it has one. */
export const lineOf = <T extends z.ZodType>(answer: T) => lineSchema.and(answer);

/** A line of a stream that could not be answered. */
export const problemLineSchema = lineSchema
  .extend({
    error: problemSchema.omit({ instance: true, error: true }),
  })
  .openapi("ProblemLine");
