import type { z } from "zod";
import type {
  analysisSchema,
  embeddingSchema,
  explanationSchema,
  predictionSchema,
  problemLineSchema,
  tokenizationSchema,
} from "../http/schemas/answers.ts";
import type { analyzeBody, embedBody, explainBody, predictBody, tokenizeBody } from "../http/schemas/input.ts";
import type { jobListSchema, jobOrder, jobSchema } from "../http/schemas/jobs.ts";

/*
 * The types that the package publishes. `npm run build` writes each one out as a plain object type, so that users of the
 * package don't need zod.
 */

/** The answer of a task of unknown kind. Spans are [start, end) in UTF-16 code units of the text as sent. */
export type AnyPrediction = z.infer<typeof predictionSchema>;

/** Labels of a whole text with their scores, highest first. */
export type Classification = Extract<AnyPrediction, { scores: unknown }>;

/** A tag for each word. Only tag sets of named entities have `entities`. */
export type Tagging = Extract<AnyPrediction, { words: unknown }>;

/** Predictions for each `<mask>`, most likely first. */
export type FilledMasks = Extract<AnyPrediction, { masks: unknown }>;

/** How much each word that the model read contributes to `label`. `score` is the label's probability. */
export type Explanation = z.infer<typeof explanationSchema>;

/** The answers of several tasks to one text, by the names in the request. */
export type AnyAnalysis = z.infer<typeof analysisSchema>;

/** The vector of a text. */
export type Embedding = z.infer<typeof embeddingSchema>;

/** The model's input for a text. */
export type Tokenization = z.infer<typeof tokenizationSchema>;

/** A line of a stream that could not be answered. */
export type ProblemLine = z.infer<typeof problemLineSchema>;

/** What a job is to do: the rows to read, where the answers go, and the question. */
export type JobOrder = z.infer<typeof jobOrder>;

/** A job and how far it is. */
export type Job = z.infer<typeof jobSchema>;

/** A page of the list of jobs, newest first. */
export type JobList = z.infer<typeof jobListSchema>;

type Texts = "text" | "tokens" | "texts" | "batch";

export type PredictOptions = Omit<z.infer<typeof predictBody>, Texts>;

export type ExplainOptions = Omit<z.infer<typeof explainBody>, Texts>;

export type AnalyzeOptions = Omit<z.infer<typeof analyzeBody>, Texts>;

export type EmbedOptions = Omit<z.infer<typeof embedBody>, Texts>;

export type TokenizeOptions = Omit<z.infer<typeof tokenizeBody>, Texts>;
