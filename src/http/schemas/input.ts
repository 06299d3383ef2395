import { z } from "@hono/zod-openapi";
import {
  MAX_BATCH_TEXTS,
  MAX_NAME_UTF16_UNITS,
  MAX_TARGET_UTF16_UNITS,
  MAX_TARGETS,
  MAX_TASKS,
  MAX_TEXT_UTF16_UNITS,
  MAX_TOKENS_GIVEN,
} from "../../limits.ts";
import { POOLINGS } from "../../tasks/embed.ts";
import { OFFSET_UNITS } from "../../tasks/offset-units.ts";
import { TRUNCATIONS } from "../../tasks/read.ts";
import { analyze, embed, explain, predictGet, tagGet, tokenize } from "./examples.ts";
import { lineId } from "./line-id.ts";
import { list, strings } from "./lists.ts";

export const text = z.string().max(MAX_TEXT_UTF16_UNITS).regex(/\S/, "The text is empty.");

const tokens = strings({ least: 1, most: MAX_TOKENS_GIVEN, maxUnits: MAX_TEXT_UTF16_UNITS })
  .refine((words) => words.join(" ").length <= MAX_TEXT_UTF16_UNITS, "The tokens are too long together.")
  .openapi({ description: "Pre-tokenized input: a list of words" });

const truncation = z.enum(TRUNCATIONS).openapi({
  description:
    "What happens to a text with more tokens than the model reads: its end is cut off, it is read in overlapping windows, or it is refused. Default: the task's own `truncation` in /v1/models, else `truncate`; of several tasks `window` only if all of them have it",
});

/** The name of a model, a task or a tag set. */
export const name = z.string().max(MAX_NAME_UTF16_UNITS);

/** Query parameter and member of bodies. */
export const model = name.openapi({
  description: "Model id. Default: the first served model",
  example: "bertweet-mini",
});

export const scheme = name.openapi({
  description:
    "Tag set of a task that has several: what stands behind the slash in /v1/models. Default: the one marked `default` there",
});

export const topK = z
  .int()
  .min(1)
  .max(9999)
  .openapi({ description: "Number of labels, or of predictions for each mask" });

export const targets = strings({ least: 1, most: MAX_TARGETS, maxUnits: MAX_TARGET_UTF16_UNITS }).openapi({
  description: "Words to score for a mask, instead of the whole vocabulary. Each must be one piece of it",
});

const tasks = strings({ least: 1, most: MAX_TASKS, maxUnits: MAX_NAME_UTF16_UNITS }).openapi({
  description: "Names of tasks, with a tag set after a slash: `sentiment`, `ner/wnut17`",
});

/** Of what the answers give as places in the text. */
const offsets = z.enum(OFFSET_UNITS).openapi({
  description:
    "What `start`, `end` and `offsets` of the answer are counted in: UTF-16 code units (default; JavaScript, Java), code points (Python), or bytes of UTF-8 (Rust, Go, Bluesky). A lone surrogate is one code point, and three bytes",
});

const pooling = z
  .enum(POOLINGS)
  .openapi({ description: "The mean of all last hidden states (default), or that of <s>" });

const count = z
  .string()
  .regex(/^[1-9]\d{0,3}$/, "A whole number of at least 1.")
  .transform(Number)
  .openapi({ type: "integer", minimum: 1, maximum: 9999 });

const flag = z.stringbool({ truthy: ["true"], falsy: ["false"], case: "sensitive" }).openapi({ type: "boolean" });

/** A list in a query: parts between commas. */
const commaList = (items: z.ZodType<string[], string[]>, most: number, description: string) =>
  z
    .string()
    .transform((value) => value.split(","))
    .pipe(items)
    .openapi({ type: "string", pattern: `^[^,]+(,[^,]+){0,${most - 1}}$`, description });

type Examples = Record<string, { value: string }>;

/** The path's `{id}`. */
export const modelParam = z.object({
  id: name.openapi({ param: { name: "id", in: "path" }, description: "The model's id", example: "bertweet-mini" }),
});

/** The path's `{task}`. */
export const taskParam = (examples: Examples) =>
  z.object({
    task: name.openapi({
      param: { name: "task", in: "path", examples },
      description: "One of the model's tasks, as /v1/models lists them, without the tag set behind a slash",
    }),
  });

/** The path's `{task}` and `{scheme}`. */
export const schemeParam = (examples: { task: Examples; scheme: Examples }) =>
  taskParam(examples.task).extend({
    scheme: scheme.openapi({ param: { name: "scheme", in: "path", examples: examples.scheme } }),
  });

const queryText = (examples: Examples) => text.openapi({ param: { name: "text", in: "query", examples } });

type Given = { text?: unknown; tokens?: unknown; texts?: unknown; batch?: unknown };

const exactlyOne = (names: (keyof Given)[]) => (given: Given) =>
  names.filter((name) => given[name] !== undefined).length === 1;

/** The same in JSON Schema. */
const oneRequired = (names: (keyof Given)[]) => ({ oneOf: names.map((name) => ({ required: [name] })) });

/** One text with the options that `shape` knows: a line of a stream, an element of a batch. */
const one = <T extends z.ZodRawShape>(shape: T) =>
  z
    .strictObject({ text: text.optional(), tokens: tokens.optional(), ...shape })
    .refine(exactlyOne(["text", "tokens"]), "Give either text or tokens.")
    .openapi(oneRequired(["text", "tokens"]));

/** One text or several; the options stand for all of them, but for elements of `batch` that have their own. */
const several = <T extends z.ZodRawShape>(shape: T) =>
  z
    .strictObject({
      text: text.optional(),
      tokens: tokens.optional(),
      texts: list(text, MAX_BATCH_TEXTS).optional(),
      batch: list(one(shape), MAX_BATCH_TEXTS).optional(),
      model: model.optional(),
      ...shape,
    })
    .refine(exactlyOne(["text", "tokens", "texts", "batch"]), "Give one of text, tokens, texts and batch.")
    .openapi(oneRequired(["text", "tokens", "texts", "batch"]));

/** Of a task whose tag set the path names. */
const taggingOptions = { truncation: truncation.optional(), offsets: offsets.optional() };

const predictOptions = {
  ...taggingOptions,
  top_k: topK.optional(),
  scheme: scheme.optional(),
  targets: targets.optional(),
};
export type PredictOptions = z.infer<z.ZodObject<typeof predictOptions>>;

/** Query of `GET /v1/{task}`. */
export const predictQuery = z.strictObject({
  text: queryText(predictGet.text),
  truncation: truncation.optional(),
  top_k: count.optional(),
  scheme: scheme.optional(),
  targets: commaList(
    targets,
    MAX_TARGETS,
    "Words to score for a mask, separated by commas, instead of the whole vocabulary",
  ).optional(),
  offsets: offsets.optional(),
  model: model.optional(),
});

/** Body of `POST /v1/{task}`. */
export const predictBody = several(predictOptions).openapi("Predict");

/** Query of `POST /v1/{task}/stream`. */
export const predictStreamQuery = predictQuery.omit({ text: true });

/** A line of `POST /v1/{task}/stream`. */
export const predictLine = one({ ...predictOptions, id: lineId.optional() }).openapi("PredictLine");

/** Query of `GET /v1/{task}/{scheme}`. */
export const tagQuery = z.strictObject({ text: queryText(tagGet.text), ...taggingOptions, model: model.optional() });

/** Query of `POST /v1/{task}/{scheme}/stream`. */
export const tagStreamQuery = tagQuery.omit({ text: true });

/** A line of `POST /v1/{task}/{scheme}/stream`. */
export const tagLine = one({ ...taggingOptions, id: lineId.optional() }).openapi("TagLine");

/** Body of `POST /v1/{task}/{scheme}`. */
export const tagBody = several(taggingOptions).openapi("Tag");

const label = name.openapi({ description: "The label to explain. Default: the most likely one", example: "positive" });

const explainOptions = { truncation: truncation.optional(), label: label.optional(), offsets: offsets.optional() };
export type ExplainOptions = z.infer<z.ZodObject<typeof explainOptions>>;

/** Query of `GET /v1/{task}/explain`. */
export const explainQuery = z.strictObject({
  text: queryText(explain.text),
  ...explainOptions,
  model: model.optional(),
});

/** Body of `POST /v1/{task}/explain`. */
export const explainBody = several(explainOptions).openapi("Explain");

export const analyzeOptions = {
  truncation: truncation.optional(),
  tasks: tasks.optional(),
  offsets: offsets.optional(),
};
export type AnalyzeOptions = z.infer<z.ZodObject<typeof analyzeOptions>>;

/** Query of `GET /v1/analyze`. */
export const analyzeQuery = z.strictObject({
  text: queryText(analyze.text),
  truncation: truncation.optional(),
  tasks: commaList(tasks, MAX_TASKS, "Names of tasks, commas between them, a tag set behind a slash")
    .optional()
    .openapi({ param: { name: "tasks", in: "query", examples: analyze.tasks } }),
  offsets: offsets.optional(),
  model: model.optional(),
});

/** Query of `POST /v1/analyze/stream`. */
export const analyzeStreamQuery = analyzeQuery.omit({ text: true });

/** A line of `POST /v1/analyze/stream`. */
export const analyzeLine = one({ ...analyzeOptions, id: lineId.optional() }).openapi("AnalyzeLine");

/** Body of `POST /v1/analyze`. */
export const analyzeBody = several(analyzeOptions).openapi("Analyze");

const embedOptions = {
  truncation: truncation.optional(),
  pooling: pooling.optional(),
  normalize: z.boolean().optional(),
};
export type EmbedOptions = z.infer<z.ZodObject<typeof embedOptions>>;

/** Query of `GET /v1/embed`. */
export const embedQuery = z.strictObject({
  text: queryText(embed.text),
  truncation: truncation.optional(),
  pooling: pooling.optional(),
  normalize: flag.optional(),
  model: model.optional(),
});

/** Query of `POST /v1/embed/stream`. */
export const embedStreamQuery = embedQuery.omit({ text: true });

/** A line of `POST /v1/embed/stream`. */
export const embedLine = one({ ...embedOptions, id: lineId.optional() }).openapi("EmbedLine");

/** Body of `POST /v1/embed`. */
export const embedBody = several(embedOptions).openapi("Embed");

/** Query of `GET /v1/tokenize`. */
export const tokenizeQuery = z.strictObject({
  text: queryText(tokenize.text),
  offsets: offsets.optional(),
  model: model.optional(),
});

/** Body of `POST /v1/tokenize`. */
export const tokenizeBody = z
  .strictObject({ text, offsets: offsets.optional(), model: model.optional() })
  .openapi("Tokenize");
export type TokenizeBody = z.infer<typeof tokenizeBody>;
