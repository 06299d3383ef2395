import type { ClassificationTask, FillMaskTask, Manifest, TaggingTask, Task } from "../../bundle/manifest.ts";
import { type InputError, RequestFailure } from "../../errors.ts";
import type { LabelScore } from "../../tasks/classify.ts";
import { findTask } from "../../tasks/find-task.ts";
import { type FilledMasks, type FillMaskParameters, fillMask } from "./fill-mask.ts";
import type { Pipeline } from "./pipeline.ts";
import { type TextClassificationParameters, textClassification } from "./text-classification.ts";
import { type TokenClassificationParameters, type TokenEntities, tokenClassification } from "./token-classification.ts";

type TaggingParameters = TokenClassificationParameters & { scheme?: string | undefined };

/** The parameters of every pipeline that belongs to a task. */
export type TaskParameters = TextClassificationParameters & TaggingParameters & FillMaskParameters;

const PARAMETERS: Record<Task["kind"], readonly (keyof TaskParameters)[]> = {
  classification: ["top_k", "function_to_apply"],
  tagging: ["scheme", "aggregation_strategy", "ignore_labels", "stride"],
  "fill-mask": ["top_k", "targets"],
};

/** `text-classification`: the sentiment, or what else the model classifies first. */
export function openTextClassification(manifest: Manifest, parameters: TextClassificationParameters) {
  const { name, task } = findTask(manifest, firstChoice(manifest, "classification", "sentiment"), undefined);
  return textClassification(name, task as ClassificationTask, parameters);
}

/** `token-classification`: named entities, or what else the model tags first. */
export function openTokenClassification(manifest: Manifest, { scheme, ...parameters }: TaggingParameters) {
  const { name, task } = findTask(manifest, firstChoice(manifest, "tagging", "ner"), scheme);
  return tokenClassification(name, task as TaggingTask, parameters);
}

/** `fill-mask`. */
export function openFillMask(manifest: Manifest, parameters: FillMaskParameters) {
  return fillMask(findTask(manifest, "fill-mask", undefined).task as FillMaskTask, parameters);
}

/**
 * The pipeline of the kind that a task has.
 *
 * @throws RequestFailure `unknown-task`, `unknown-scheme`, `foreign-option` for a parameter of another kind
 */
export function openTask(
  manifest: Manifest,
  taskName: string,
  { scheme, ...parameters }: TaskParameters,
): Pipeline<unknown, LabelScore[][] | TokenEntities | TokenEntities[] | FilledMasks | FilledMasks[]> {
  const { name, task } = findTask(manifest, taskName, scheme);
  refuseForeign(taskName, task.kind, parameters);
  switch (task.kind) {
    case "classification":
      return textClassification(name, task, parameters);
    case "tagging":
      return tokenClassification(name, task, parameters);
    case "fill-mask":
      return fillMask(task, parameters);
  }
}

/** The pipeline of a request that names none: `fill-mask` if a text has a mask, else `text-classification`. */
export function openForInputs(
  manifest: Manifest,
  inputs: string | string[],
  parameters: TextClassificationParameters & FillMaskParameters,
): Pipeline<unknown, LabelScore[][] | FilledMasks | FilledMasks[]> {
  const masked = [inputs].flat().some((text) => text.includes("<mask>"));
  const [name, kind] = masked
    ? (["fill-mask", "fill-mask"] as const)
    : (["text-classification", "classification"] as const);
  refuseForeign(name, kind, parameters);
  return masked ? openFillMask(manifest, parameters) : openTextClassification(manifest, parameters);
}

function firstChoice({ tasks }: Manifest, kind: Task["kind"], preferred: string): string {
  const names = Object.keys(tasks).filter((name) => tasks[name]?.kind === kind);
  const heads = names.map((name) => name.split("/")[0] as string);
  return heads.includes(preferred) ? preferred : (heads[0] ?? preferred);
}

function refuseForeign(name: string, kind: Task["kind"], parameters: TaskParameters): void {
  const own = PARAMETERS[kind];
  const foreign = Object.keys(parameters).filter((parameter) => !own.includes(parameter as keyof TaskParameters));
  const errors: InputError[] = foreign.map((parameter) => ({
    pointer: `/parameters/${parameter}`,
    detail: `${name} has no such parameter.`,
  }));
  if (errors.length > 0) throw new RequestFailure({ kind: "foreign-option", errors });
}
