import type { Manifest } from "../../bundle/manifest.ts";
import type { Truncation } from "../../tasks/read.ts";
import { textsAt } from "../answers/items.ts";
import type { AskedText, Question, TextRequest } from "../answers/question.ts";
import type { PipelineBody } from "../schemas/hugging-face.ts";

/** A Hugging Face pipeline with its task and parameters settled: a question, and the shape of its answer. */
export interface Pipeline<Result, Answer> extends Question<Result> {
  options: { pipeline: string; truncation: Truncation; [parameter: string]: unknown };
  /** Makes the answer. @param single true if `inputs` is a text, not a list */
  shape(results: Result[], single: boolean): Answer;
}

/** A `shape`: a single text gets its result, a list gets a list of results. */
export function oneOrList<Result>(results: Result[], single: boolean): Result | Result[] {
  return single ? (results[0] as Result) : results;
}

/**
 * A request in Hugging Face's shape.
 *
 * @param open settles the pipeline for the version that answers. @throws RequestFailure
 */
export function pipelineRequest<Result, Answer>(
  modelId: string,
  { inputs, options }: Pick<PipelineBody, "inputs" | "options">,
  open: (manifest: Manifest) => Pipeline<Result, Answer>,
): TextRequest<Result, Answer, Pipeline<Result, Answer>> {
  return {
    modelId,
    texts: textsOf(inputs),
    settle: open,
    cacheKey: ([pipeline]) => ({ route: "models", settings: pipeline?.options, inputs }),
    tag: ([pipeline]) => pipeline?.options.pipeline ?? "",
    shape: (results, [pipeline]) => (pipeline as Pipeline<Result, Answer>).shape(results, typeof inputs === "string"),
    useCache: options?.use_cache,
  };
}

function textsOf(inputs: PipelineBody["inputs"]): AskedText[] {
  if (typeof inputs === "string" || Array.isArray(inputs)) return textsAt("/inputs", inputs);
  const { source_sentence, sentences } = inputs;
  return [...textsAt("/inputs/source_sentence", source_sentence), ...textsAt("/inputs/sentences", sentences)];
}
