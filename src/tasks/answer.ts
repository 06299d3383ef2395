import type { Task } from "../bundle/manifest.ts";
import { MASK_COST_TOKENS } from "../limits.ts";
import type { Model } from "../runtime/model.ts";
import type { Turn } from "../runtime/turns.ts";
import { type Classification, classify } from "./classify.ts";
import { type FilledMasks, fillMask, masksOf, targetIds } from "./fill-mask.ts";
import type { Reading, ReadingPlan } from "./read.ts";
import { type Tagging, tag } from "./tag.ts";

/** How many predictions a mask gets when nobody says. */
const DEFAULT_PREDICTIONS = 5;

/** What a task can be told; which option fits which kind of task is for the caller to see to. */
export interface TaskOptions {
  top_k?: number | undefined;
  targets?: readonly string[] | undefined;
}

export type TaskAnswer = Classification | Tagging | FilledMasks;

/** What a question costs beside the passes of the encoder. */
export interface ExtraWork {
  predictions: number;
  /** The time that it takes, as that of so many tokens. */
  tokens: number;
}

/**
 * What a task computes beside the encoder, known before that runs.
 *
 * @throws RequestFailure `no-mask`, `too-many-masks`, `unknown-target`
 */
export function extraWorkOf(model: Model, task: Task, plan: ReadingPlan, options: TaskOptions): ExtraWork {
  if (task.kind !== "fill-mask") return { predictions: 0, tokens: 0 };
  if (options.targets) targetIds(model, options.targets, "/targets");
  return masksWork(masksOf(model, plan).length, predictionsOf(options));
}

/** Scoring the vocabulary for some masks, and keeping some predictions of each. */
export function masksWork(masks: number, predictionsEach: number): ExtraWork {
  return { predictions: masks * predictionsEach, tokens: masks * MASK_COST_TOKENS };
}

/** A task's answer from a text that was read, by the kind that the manifest gives the task. */
export async function answerTask(
  model: Model,
  task: Task,
  reading: Reading,
  options: TaskOptions,
  turn: Turn,
): Promise<TaskAnswer> {
  switch (task.kind) {
    case "classification":
      return classify(model, task, reading, options.top_k);
    case "tagging":
      return tag(model, task, reading);
    case "fill-mask":
      return fillMask(model, task, reading, { topK: predictionsOf(options), targets: options.targets }, turn);
  }
}

/** How many predictions each mask gets. */
function predictionsOf({ top_k, targets }: TaskOptions): number {
  return Math.min(top_k ?? targets?.length ?? DEFAULT_PREDICTIONS, targets?.length ?? Number.POSITIVE_INFINITY);
}
