import type { Task } from "../bundle/manifest.ts";
import { MASK_COST_TOKENS } from "../limits.ts";
import type { Model } from "../runtime/model.ts";
import type { Turn } from "../runtime/turns.ts";
import type { FilledMasks, Tagging, TaskAnswer } from "./answers.ts";
import { classify } from "./classify.ts";
import { fillMask, type MaskPlan, planMasks } from "./fill-mask.ts";
import { movePlaces, type OffsetUnit, placesIn } from "./offset-units.ts";
import type { Reading, ReadingPlan } from "./read.ts";
import { tag } from "./tag.ts";

/** Default number of predictions for a mask. */
const DEFAULT_PREDICTIONS = 5;

/** The options of all kinds of tasks. The caller checks which options a task has. */
export interface TaskOptions {
  top_k?: number | undefined;
  targets?: readonly string[] | undefined;
  /** What `start` and `end` are counted in; UTF-16 code units where nobody says. */
  offsets?: OffsetUnit | undefined;
}

/** A question's cost in addition to the text's own encoder passes. */
export interface ExtraWork {
  /** Further passes of the encoder over this text. */
  windows: number;
  predictions: number;
  /** Its computing time, in tokens. */
  tokens: number;
  /** Of a task that fills masks. */
  masks?: MaskPlan | undefined;
}

export const NO_EXTRA_WORK: ExtraWork = { windows: 0, predictions: 0, tokens: 0 };

/**
 * What a task computes beside the encoder, known before that runs.
 *
 * @throws RequestFailure `no-mask`, `too-many-masks`, `unknown-target`
 */
export function extraWorkOf(model: Model, task: Task, plan: ReadingPlan, options: TaskOptions): ExtraWork {
  if (task.kind !== "fill-mask") return NO_EXTRA_WORK;
  const { targets, top_k: topK = targets?.length ?? DEFAULT_PREDICTIONS } = options;
  return masksWork(planMasks(model, plan, { topK, targets, pointer: "/targets" }));
}

/** Scoring the vocabulary for each mask, and keeping some predictions of each. */
export function masksWork(plan: MaskPlan): ExtraWork {
  const masks = plan.masks.length;
  return { windows: 0, predictions: masks * plan.topK, tokens: masks * MASK_COST_TOKENS, masks: plan };
}

/**
 * A task's answer from a text that was read, by the kind that the manifest gives the task.
 *
 * @param extra as `extraWorkOf` told it for this text
 */
export async function answerTask(
  model: Model,
  task: Task,
  reading: Reading,
  options: TaskOptions,
  turn: Turn,
  extra: ExtraWork,
): Promise<TaskAnswer> {
  switch (task.kind) {
    case "classification":
      return classify(model, task, reading, options.top_k);
    case "tagging":
      return placeTagging(tag(model, task, reading), reading, options);
    case "fill-mask":
      return placeMasks(await fillMask(model, task, reading, extra.masks as MaskPlan, turn), reading, options);
  }
}

function placeTagging({ words, entities }: Tagging, { text }: Reading, { offsets = "utf16" }: TaskOptions): Tagging {
  const place = placesIn(text, offsets);
  return { words: movePlaces(words, place), ...(entities && { entities: movePlaces(entities, place) }) };
}

function placeMasks({ masks }: FilledMasks, { text }: Reading, { offsets = "utf16" }: TaskOptions): FilledMasks {
  return { masks: movePlaces(masks, placesIn(text, offsets)) };
}
