import type { ClassificationTask } from "../../bundle/manifest.ts";
import { headLogits, sigmoid, softmax } from "../../runtime/heads.ts";
import { type LabelScore, rankLabels } from "../../tasks/classify.ts";
import type { Pipeline } from "./pipeline.ts";

export interface TextClassificationParameters {
  top_k?: number | undefined;
  function_to_apply?: ScoreFunction | undefined;
}

type ScoreFunction = "softmax" | "sigmoid" | "none";

/** How many labels are answered when nobody says, as at Hugging Face. */
const DEFAULT_LABELS = 5;

/** Makes scores of logits. A head's temperature belongs to its logits: `none` answers what the softmax is taken of. */
const SCORES: Record<ScoreFunction, (logits: Float32Array, temperature: number) => Float32Array> = {
  softmax,
  sigmoid,
  none: (logits, temperature) => logits.map((logit) => logit / temperature),
};

/**
 * Labels of a text with their scores, highest first; made by a sigmoid where a text can have several labels, as at Hugging Face. A
 * single text is answered as a list of one.
 */
export function textClassification(
  name: string,
  task: ClassificationTask,
  {
    top_k = DEFAULT_LABELS,
    function_to_apply = task.multi_label ? "sigmoid" : "softmax",
  }: TextClassificationParameters,
): Pipeline<LabelScore[], LabelScore[][]> {
  return {
    options: { pipeline: "text-classification", task: name, truncation: "truncate", top_k, function_to_apply },
    tag: "text-classification",
    wanted: "text",
    answer(model, reading) {
      const head = model.head(task);
      const scores = SCORES[function_to_apply](headLogits(reading.textState(), head), head.temperature);
      return rankLabels(task.labels, scores, top_k);
    },
    shape: (results) => results,
  };
}
