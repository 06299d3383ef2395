import type { ClassificationTask } from "../bundle/manifest.ts";
import { headProbabilities } from "../runtime/heads.ts";
import type { Model } from "../runtime/model.ts";
import type { Reading } from "./read.ts";
import { roundScore } from "./round-score.ts";

export interface LabelScore {
  label: string;
  score: number;
}

export interface Classification extends LabelScore {
  /** Probabilities, highest first; `label` and `score` are those of the first. They sum to 1 unless a text can have several labels. */
  scores: LabelScore[];
}

/** The probabilities of a text's labels; all of them, or the `topK` highest. */
export function classify(model: Model, task: ClassificationTask, reading: Reading, topK?: number): Classification {
  const scores = rankLabels(task.labels, headProbabilities(reading.textState(), model.head(task)), topK);
  return { ...(scores[0] as LabelScore), scores };
}

/** Labels with their scores, highest first; all of them, or the `topK` highest. */
export function rankLabels(labels: readonly string[], scores: Float32Array, topK?: number): LabelScore[] {
  return labels
    .map((label, index) => ({ label, score: roundScore(scores[index] as number) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, topK);
}
