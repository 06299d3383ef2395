import type { ClassificationTask } from "../bundle/manifest.ts";
import { headLogits, softmax } from "../runtime/heads.ts";
import type { Model } from "../runtime/model.ts";
import type { Reading } from "./read.ts";
import { roundScore } from "./round-score.ts";

export interface Classification {
  label: string;
  /** Probability of `label`. */
  score: number;
  /** Highest first. */
  scores: { label: string; score: number }[];
}

/** The probabilities of a text's labels; all of them, or the `topK` highest. */
export function classify(model: Model, task: ClassificationTask, reading: Reading, topK?: number): Classification {
  const head = model.head(task);
  const probabilities = softmax(headLogits(reading.textState(), head), head.temperature);
  const scores = task.labels
    .map((label, index) => ({ label, score: roundScore(probabilities[index] as number) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, topK);
  const { label, score } = scores[0] as { label: string; score: number };
  return { label, score, scores };
}
