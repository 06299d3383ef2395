import type { Task } from "../bundle/manifest.ts";
import { headProbabilities } from "../runtime/heads.ts";
import type { Model } from "../runtime/model.ts";
import { fitToModel, type Truncation } from "./tokenize.ts";

export interface ClassifyOptions {
  truncation: Truncation;
  /** How many of the labels to answer; all when absent. */
  top_k?: number | undefined;
}

export interface Classification {
  label: string;
  /** Probability of `label`, as all scores rounded to six places. */
  score: number;
  /** Highest first. */
  scores: { label: string; score: number }[];
  tokens: { total: number; used: number };
  truncated: boolean;
}

/** Answers a classification task for one text: tokenize, encode, score <s>, shape. */
export async function classify(
  model: Model,
  task: Task,
  text: string,
  options: ClassifyOptions,
): Promise<Classification> {
  const { max_tokens, hidden_size } = model.manifest.architecture;
  const { ids, tokens, truncated } = fitToModel(model.tokenizer.encode(text), max_tokens, options.truncation);
  const hidden = await model.encode(ids);
  const probabilities = headProbabilities(hidden.subarray(0, hidden_size), model.head(task));
  const scores = task.labels
    .map((label, index) => ({ label, score: roundScore(probabilities[index] as number) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, options.top_k);
  const { label, score } = scores[0] as { label: string; score: number };
  return { label, score, scores, tokens, truncated };
}

/** Six places say all that an int8 model knows. */
function roundScore(probability: number): number {
  return Math.round(probability * 1e6) / 1e6;
}
