import type { z } from "zod";
import type { manifestSchema } from "../bundle/manifest.ts";
import type { analysisSchema, embeddingSchema, predictionSchema, tokenizationSchema } from "../http/schemas/answers.ts";

/** The service's answers, as its schemas say. Types alone: nothing of zod gets into the page. */

export type Analysis = z.infer<typeof analysisSchema>;
export type Embedding = z.infer<typeof embeddingSchema>;
export type Tokenization = z.infer<typeof tokenizationSchema>;
export type Models = { models: (z.infer<typeof manifestSchema> & { version: string })[] };

type Result = Analysis["results"][string];
export type Classification = Extract<Result, { label: string }>;
export type Tagging = Extract<Result, { words: unknown }>;
export type Scored = Classification["scores"][number];
export type TaggedWord = Tagging["words"][number];
export type Entity = NonNullable<Tagging["entities"]>[number];

/** What fits each `<mask>`. */
export type Filled = Extract<z.infer<typeof predictionSchema>, { masks: unknown }>;
export type Mask = Filled["masks"][number];

/** The answers to several texts, in their order. */
export type Several<T> = { results: T[] };
