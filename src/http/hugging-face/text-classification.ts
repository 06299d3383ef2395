import type { ClassificationTask } from "../../bundle/manifest.ts";
import type { LabelScore } from "../../tasks/answers.ts";
import { scoreLabels, usualFunction } from "../../tasks/classify.ts";
import { purposeOf, truncationOf } from "../../tasks/read.ts";
import type { TextClassificationParameters } from "../schemas/hugging-face.ts";
import type { Pipeline } from "./pipeline.ts";

/** Default number of labels, as at Hugging Face. */
const DEFAULT_LABELS = 5;

/**
 * Labels of a text with their scores, highest first. Multi-label tasks use a sigmoid, as at Hugging Face. A single text gets a list of
 * one.
 */
export function textClassification(
  name: string,
  task: ClassificationTask,
  { top_k = DEFAULT_LABELS, function_to_apply = usualFunction(task) }: TextClassificationParameters,
): Pipeline<LabelScore[], LabelScore[][]> {
  return {
    options: {
      pipeline: "text-classification",
      task: name,
      truncation: truncationOf([task], undefined),
      top_k,
      function_to_apply,
    },
    tag: "text-classification",
    ...purposeOf(task),
    answer: (model, reading) => scoreLabels(model, task, reading, function_to_apply, top_k),
    shape: (results) => results,
  };
}
