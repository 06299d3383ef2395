import type { ClassificationTask, FillMaskTask, Manifest, TaggingTask, Task } from "../../bundle/manifest.ts";
import type { LabelScore } from "../../tasks/answers.ts";
import { findTask } from "../../tasks/find-task.ts";
import { refuseForeign } from "../answers/foreign-options.ts";
import {
  type FillMaskParameters,
  PARAMETERS,
  type PipelineBody,
  type TextClassificationParameters,
  type TokenClassificationParameters,
} from "../schemas/hugging-face.ts";
import { featureExtraction } from "./feature-extraction.ts";
import { type FilledMasks, fillMask } from "./fill-mask.ts";
import type { Pipeline } from "./pipeline.ts";
import { sentenceSimilarity } from "./sentence-similarity.ts";
import { textClassification } from "./text-classification.ts";
import { type TokenEntities, tokenClassification } from "./token-classification.ts";

/** The parameters of every pipeline that belongs to a task. */
export type TaskParameters = TextClassificationParameters & TokenClassificationParameters & FillMaskParameters;

/** Parameters that only tagging has. */
const TAGGING_ALONE: ReadonlySet<string> = new Set(PARAMETERS.tagging);

/** `text-classification`: sentiment, or the model's first classification task. */
export function openTextClassification(manifest: Manifest, parameters: TextClassificationParameters) {
  const { name, task } = findTask(manifest, firstChoice(manifest, "classification", "sentiment"), undefined);
  return textClassification(name, task as ClassificationTask, parameters);
}

/** `token-classification`: named entities, or the model's first tagging task. */
export function openTokenClassification(manifest: Manifest, { scheme, ...parameters }: TokenClassificationParameters) {
  const { name, task } = findTask(manifest, firstChoice(manifest, "tagging", "ner"), scheme);
  return tokenClassification(name, task as TaggingTask, parameters);
}

/** `fill-mask`. */
export function openFillMask(manifest: Manifest, parameters: FillMaskParameters) {
  return fillMask(findTask(manifest, "fill-mask", undefined).task as FillMaskTask, parameters);
}

/**
 * The pipeline for a task, by the task's kind.
 *
 * @throws RequestFailure `unknown-task`, `unknown-scheme`, `foreign-option` for a parameter of another kind
 */
export function openTask(
  manifest: Manifest,
  taskName: string,
  { scheme, ...parameters }: TaskParameters,
): Pipeline<unknown, LabelScore[][] | TokenEntities | TokenEntities[] | FilledMasks | FilledMasks[]> {
  const { name, task } = findTask(manifest, taskName, scheme);
  refuseOthers(taskName, PARAMETERS[task.kind], { parameters });
  switch (task.kind) {
    case "classification":
      return textClassification(name, task, parameters);
    case "tagging":
      return tokenClassification(name, task, parameters);
    case "fill-mask":
      return fillMask(task, parameters);
  }
}

type AnyAnswer = LabelScore[][] | TokenEntities | TokenEntities[] | FilledMasks | FilledMasks[] | number[] | number[][];

/** A request that names no pipeline. Parameters of feature-extraction are beside `inputs`, the others inside `parameters`. */
export type UnnamedRequest = Omit<PipelineBody, "options">;

/**
 * The pipeline of a request that names none. It is chosen by features that only one pipeline has: two sides to compare, its own parameters, or
 * a mask. Without any of these it is `text-classification`.
 *
 * @throws RequestFailure `foreign-option` for parameters of two pipelines
 */
export function openForInputs(manifest: Manifest, request: UnnamedRequest): Pipeline<unknown, AnyAnswer> {
  const { inputs, parameters = {}, normalize, truncate } = request;
  if (typeof inputs === "object" && !Array.isArray(inputs)) {
    refuseOthers("sentence-similarity", [], request);
    return sentenceSimilarity(manifest);
  }
  if (normalize !== undefined || truncate !== undefined) {
    refuseOthers("feature-extraction", PARAMETERS["feature-extraction"], request);
    return featureExtraction(manifest, { normalize, truncate }, typeof inputs !== "string");
  }
  if (Object.keys(parameters).some((name) => TAGGING_ALONE.has(name))) {
    refuseOthers("token-classification", PARAMETERS.tagging, request);
    return openTokenClassification(manifest, parameters);
  }
  if ([inputs].flat().some((text) => text.includes("<mask>"))) {
    refuseOthers("fill-mask", PARAMETERS["fill-mask"], request);
    return openFillMask(manifest, parameters);
  }
  refuseOthers("text-classification", PARAMETERS.classification, request);
  return openTextClassification(manifest, parameters);
}

function firstChoice({ tasks }: Manifest, kind: Task["kind"], preferred: string): string {
  const names = Object.keys(tasks).filter((name) => tasks[name]?.kind === kind);
  const heads = names.map((name) => name.split("/")[0] as string);
  return heads.includes(preferred) ? preferred : (heads[0] ?? preferred);
}

/** @param own the pipeline's options, beside `inputs` or inside `parameters` */
function refuseOthers(
  name: string,
  own: readonly string[],
  { parameters = {}, normalize, truncate }: Partial<UnnamedRequest>,
): void {
  const beside = Object.entries({ normalize, truncate }).flatMap(([option, value]) =>
    value === undefined ? [] : [[option, `/${option}`] as const],
  );
  const below = Object.keys(parameters).map((option) => [option, `/parameters/${option}`] as const);
  const foreign = [...beside, ...below].filter(([option]) => !own.includes(option)).map(([, pointer]) => pointer);
  refuseForeign(foreign, `${name} has no such parameter.`);
}
