import type { Manifest } from "../../bundle/manifest.ts";
import type { Truncation } from "../../tasks/read.ts";
import type { Question, TextRequest } from "../answers/question.ts";

/** A pipeline of Hugging Face's, with its task and parameters settled: a question, and how its results are written. */
export interface Pipeline<Result, Answer> extends Question<Result> {
  options: { pipeline: string; truncation: Truncation; [parameter: string]: unknown };
  /** How results are answered; `single` when `inputs` is a text and no list. */
  shape(results: Result[], single: boolean): Answer;
}

/** The `shape` of the pipelines that answer a text by its bare result, and a list by a list. */
export function oneOrList<Result>(results: Result[], single: boolean): Result | Result[] {
  return single ? (results[0] as Result) : results;
}

/** The body of a pipeline's request. */
export interface PipelineInputs {
  inputs: string | string[];
  options?: { use_cache?: boolean | undefined } | undefined;
}

/**
 * A request in Hugging Face's shape.
 *
 * @param open settles the pipeline for the version that answers. @throws RequestFailure
 */
export function pipelineRequest<Result, Answer>(
  modelId: string,
  { inputs, options }: PipelineInputs,
  open: (manifest: Manifest) => Pipeline<Result, Answer>,
): TextRequest<Result, Answer, Pipeline<Result, Answer>> {
  const single = typeof inputs === "string";
  return {
    modelId,
    texts: [inputs].flat().map((text, index) => ({
      input: { text },
      pointer: single ? "/inputs" : `/inputs/${index}`,
    })),
    settle: open,
    cacheKey: ([pipeline]) => ({ route: "models", settings: pipeline?.options, inputs }),
    tag: ([pipeline]) => pipeline?.options.pipeline ?? "",
    shape: (results, [pipeline]) => (pipeline as Pipeline<Result, Answer>).shape(results, single),
    useCache: options?.use_cache,
  };
}
