import type { Task } from "../bundle/manifest.ts";
import type { Model } from "../runtime/model.ts";
import { type Classification, classify } from "./classify.ts";
import { type FilledMasks, fillMask } from "./fill-mask.ts";
import type { Reading } from "./read.ts";
import { type Tagging, tag } from "./tag.ts";

/** How many predictions a mask gets when nobody says. */
const DEFAULT_PREDICTIONS = 5;

/** What a task can be told; which option fits which kind of task is for the caller to see to. */
export interface TaskOptions {
  top_k?: number | undefined;
  targets?: readonly string[] | undefined;
}

export type TaskAnswer = Classification | Tagging | FilledMasks;

/** A task's answer from a text that was read, by the kind that the manifest gives the task. */
export async function answerTask(
  model: Model,
  task: Task,
  reading: Reading,
  text: string,
  { top_k, targets }: TaskOptions,
): Promise<TaskAnswer> {
  switch (task.kind) {
    case "classification":
      return classify(model, task, reading, top_k);
    case "tagging":
      return tag(model, task, reading, text);
    case "fill-mask":
      return fillMask(model, task, reading, { topK: top_k ?? targets?.length ?? DEFAULT_PREDICTIONS, targets });
  }
}
