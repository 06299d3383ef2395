import type {
  AnalyzeOptions,
  AnyAnalysis,
  AnyPrediction,
  Classification,
  Embedding,
  EmbedOptions,
  ExplainOptions,
  Explanation,
  FilledMasks,
  PredictOptions,
  Tagging,
  Tokenization,
  TokenizeOptions,
} from "./types.ts";

/** A tweet, or pre-tokenized input: a list of words. */
export type Input = string | { tokens: readonly string[] };

/** Tagging with a tag set for named entities. */
export type NamedEntities = Tagging & { entities: NonNullable<Tagging["entities"]> };

/** The answer of each task of bertweet-mini, by name. */
export interface TaskAnswers {
  sentiment: Classification;
  irony: Classification;
  emotion: Classification;
  hate: Classification;
  offensive: Classification;
  emoji: Classification;
  review: Classification;
  pos: Tagging;
  ner: NamedEntities;
  "fill-mask": FilledMasks;
}

/** The answer of a task, by its name: `sentiment` has `scores`, `ner` has `entities`. For other tasks it is `AnyPrediction`. */
export type Prediction<Task extends string = string> = Task extends keyof TaskAnswers
  ? TaskAnswers[Task]
  : Task extends `${infer Name extends keyof TaskAnswers}/${string}`
    ? TaskAnswers[Name]
    : AnyPrediction;

/** The answers of several tasks to one text, by the names in the request. */
export type Analysis<Task extends string = string> = Omit<AnyAnalysis, "results"> & {
  results: { [Name in Task]: Omit<Prediction<Name>, keyof Omit<AnyAnalysis, "results">> };
};

/** The tasks that answer if the request names none. */
export type UsualTask = Exclude<keyof TaskAnswers, "fill-mask">;

/** Options of `analyze`. Its `tasks` determine the type of the answer. */
export type AnalyzeOptionsOf<Task extends string> = Omit<AnalyzeOptions, "tasks"> & { tasks?: readonly Task[] };

/**
 * The methods of a model, wherever it runs: behind HTTP (`bertweet-edge/client`), in another Worker (`bertweet-edge/worker`), or in
 * this process (`bertweet-edge/model`). All give the same answers. Several texts are answered in order, and each gets the answer that it gets alone.
 *
 * @typeParam Call options of a call that are not part of the question
 */
export interface Bertweet<Call = unknown> {
  /** One task. */
  predict<Task extends string>(task: Task, text: Input, options?: PredictOptions & Call): Promise<Prediction<Task>>;
  predict<Task extends string>(
    task: Task,
    texts: readonly Input[],
    options?: PredictOptions & Call,
  ): Promise<Prediction<Task>[]>;

  /** How much each word speaks for a label of a classification task. Each word takes one more pass of the encoder. */
  explain(task: string, text: Input, options?: ExplainOptions & Call): Promise<Explanation>;
  explain(task: string, texts: readonly Input[], options?: ExplainOptions & Call): Promise<Explanation[]>;

  /** Several tasks from one pass of the encoder. Default: all tasks except fill-mask. */
  analyze<Task extends string = UsualTask>(
    text: Input,
    options?: AnalyzeOptionsOf<Task> & Call,
  ): Promise<Analysis<Task>>;
  analyze<Task extends string = UsualTask>(
    texts: readonly Input[],
    options?: AnalyzeOptionsOf<Task> & Call,
  ): Promise<Analysis<Task>[]>;

  /** The vector of a text. */
  embed(text: Input, options?: EmbedOptions & Call): Promise<Embedding>;
  embed(texts: readonly Input[], options?: EmbedOptions & Call): Promise<Embedding[]>;

  /** The model's input for a text: pieces, ids, offsets, and every rewrite. */
  tokenize(text: string, options?: TokenizeOptions & Call): Promise<Tokenization>;
}

/** The HTTP body of the same question: see `/openapi.json`. */
export function bodyOf(input: Input | readonly Input[], options: object = {}): Record<string, unknown> {
  if (!isList(input)) return { ...options, ...one(input) };
  if (input.every((text) => typeof text === "string")) return { ...options, texts: input };
  return { ...options, batch: input.map(one) };
}

/** The method's result from the HTTP answer. For a list of texts it is the list of results. */
export function resultOf(input: Input | readonly Input[], answer: object): object {
  return isList(input) && "results" in answer ? (answer.results as object) : answer;
}

function one(input: Input): object {
  return typeof input === "string" ? { text: input } : input;
}

function isList(input: Input | readonly Input[]): input is readonly Input[] {
  return Array.isArray(input);
}
