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
import { analyze, embed, predictGet, tokenize } from "./examples.ts";
import { list, strings } from "./lists.ts";

export const text = z.string().max(MAX_TEXT_UTF16_UNITS).regex(/\S/, "The text is empty.");

const tokens = strings({ least: 1, most: MAX_TOKENS_GIVEN, maxUnits: MAX_TEXT_UTF16_UNITS })
  .refine((words) => words.join(" ").length <= MAX_TEXT_UTF16_UNITS, "The tokens are too long together.")
  .openapi({ description: "Pre-tokenized input: a list of words" });

const truncation = z.enum(["truncate", "window", "error"]).openapi({
  description:
    "What happens to a text with more tokens than the model reads: its end is cut off (default), it is read in overlapping windows, or it is refused",
});

/** The name of a model, a task or a tag set. */
export const name = z.string().max(MAX_NAME_UTF16_UNITS);

/** Query parameter and member of bodies. */
export const model = name.openapi({ description: "Id of the model that is meant", example: "bertweet-mini" });

export const scheme = name.openapi({
  description: "Tag set: of pos `tweebank` (default), `ark`, `ptb`; of ner `tweebank` (default), `wnut16`, `wnut17`",
});

export const topK = z
  .int()
  .min(1)
  .max(9999)
  .openapi({ description: "How many labels, or predictions of a mask, are answered" });

export const targets = strings({ least: 1, most: MAX_TARGETS, maxUnits: MAX_TARGET_UTF16_UNITS }).openapi({
  description: "The only words that are scored for a mask, each one piece of the vocabulary",
});

const tasks = strings({ least: 1, most: MAX_TASKS, maxUnits: MAX_NAME_UTF16_UNITS }).openapi({
  description: "Names of tasks, a tag set behind a slash: `sentiment`, `ner/wnut17`",
});

const pooling = z
  .enum(["mean", "cls"])
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

/** The path's `{task}`. */
export const taskParam = (examples: Examples) =>
  z.object({
    task: name.openapi({
      param: { name: "task", in: "path", examples },
      description: "One of the model's tasks, as /v1/models lists them, without the tag set behind a slash",
    }),
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

const predictOptions = {
  truncation: truncation.optional(),
  top_k: topK.optional(),
  scheme: scheme.optional(),
  targets: targets.optional(),
};

/** Query of `GET /v1/{task}`. */
export const predictQuery = z.strictObject({
  text: queryText(predictGet.text),
  truncation: truncation.optional(),
  top_k: count.optional(),
  scheme: scheme.optional(),
  targets: commaList(targets, MAX_TARGETS, "The only words that are scored for a mask, commas between them").optional(),
  model: model.optional(),
});

/** Body of `POST /v1/{task}`. */
export const predictBody = several(predictOptions).openapi("Predict");

/** A line of `POST /v1/{task}/stream`. */
export const predictLine = one(predictOptions).openapi("PredictLine");

const analyzeOptions = { truncation: truncation.optional(), tasks: tasks.optional() };

/** Query of `GET /v1/analyze`. */
export const analyzeQuery = z.strictObject({
  text: queryText(analyze.text),
  truncation: truncation.optional(),
  tasks: commaList(tasks, MAX_TASKS, "Names of tasks, commas between them, a tag set behind a slash")
    .optional()
    .openapi({ param: { name: "tasks", in: "query", examples: analyze.tasks } }),
  model: model.optional(),
});

/** Body of `POST /v1/analyze`. */
export const analyzeBody = several(analyzeOptions).openapi("Analyze");

/** Query of `GET /v1/embed`. */
export const embedQuery = z.strictObject({
  text: queryText(embed.text),
  truncation: truncation.optional(),
  pooling: pooling.optional(),
  normalize: flag.optional(),
  model: model.optional(),
});

/** Body of `POST /v1/embed`. */
export const embedBody = several({
  truncation: truncation.optional(),
  pooling: pooling.optional(),
  normalize: z.boolean().optional(),
}).openapi("Embed");

/** Query of `GET /v1/tokenize`. */
export const tokenizeQuery = z.strictObject({ text: queryText(tokenize.text), model: model.optional() });

/** Body of `POST /v1/tokenize`. */
export const tokenizeBody = z.strictObject({ text, model: model.optional() }).openapi("Tokenize");
