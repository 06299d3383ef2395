import type { ClassificationTask } from "../bundle/manifest.ts";
import type { ExitAnswer } from "../runtime/exits.ts";
import { headLogits, sigmoid, softmax } from "../runtime/heads.ts";
import type { Model } from "../runtime/model.ts";
import type { Classification, LabelScore } from "./answers.ts";
import type { Reading } from "./read.ts";
import { roundScore } from "./round-score.ts";

/** What makes scores of a head's logits. */
export const SCORE_FUNCTIONS = ["softmax", "sigmoid", "none"] as const;
export type ScoreFunction = (typeof SCORE_FUNCTIONS)[number];

/** A head's temperature belongs to its logits: `none` answers what the softmax is taken of. */
const SCORES: Record<ScoreFunction, (logits: Float32Array, temperature: number) => Float32Array> = {
  softmax,
  sigmoid,
  none: (logits, temperature) => logits.map((logit) => logit / temperature),
};

/** What makes probabilities: a sigmoid where a text can have several labels. */
export function usualFunction({ multi_label }: ClassificationTask): ScoreFunction {
  return multi_label ? "sigmoid" : "softmax";
}

/** The logits of a text's labels and their temperature: from an exit if one has answered, otherwise from the task's head. */
function textLogits(
  model: Model,
  task: ClassificationTask,
  reading: Reading,
): Pick<ExitAnswer, "logits" | "temperature"> {
  const exited = reading.exits.get(task);
  if (exited) return exited;
  const head = model.head(task);
  return { logits: headLogits(reading.textState(), head), temperature: head.temperature };
}

/** The scores that a function makes, in the order of the task's labels. */
function textScores(model: Model, task: ClassificationTask, reading: Reading, scoreFunction: ScoreFunction) {
  const { logits, temperature } = textLogits(model, task, reading);
  return SCORES[scoreFunction](logits, temperature);
}

/** The probabilities of a text's labels, in the order of the task's labels. */
export function textProbabilities(model: Model, task: ClassificationTask, reading: Reading): Float32Array {
  return textScores(model, task, reading, usualFunction(task));
}

/** A text's labels with the scores that a function makes, highest first; all of them, or the `topK` highest. */
export function scoreLabels(
  model: Model,
  task: ClassificationTask,
  reading: Reading,
  scoreFunction: ScoreFunction,
  topK?: number,
): LabelScore[] {
  const scores = textScores(model, task, reading, scoreFunction);
  return task.labels
    .map((label, index) => ({ label, score: roundScore(scores[index] as number) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, topK);
}

/** The probabilities of a text's labels; all of them, or the `topK` highest. */
export function classify(model: Model, task: ClassificationTask, reading: Reading, topK?: number): Classification {
  const scores = scoreLabels(model, task, reading, usualFunction(task), topK);
  return { ...(scores[0] as LabelScore), scores };
}
