import { roundScore } from "../../tasks/round-score.ts";
import { oneOrList, type Pipeline } from "./pipeline.ts";

export interface FeatureExtractionParameters {
  /** Whether each row is made to be of length 1. */
  normalize?: boolean | undefined;
  /** False refuses a text with more tokens than the model reads. */
  truncate?: boolean | undefined;
}

/** The last hidden states, [tokens, hidden], `<s>` and `</s>` among them. */
export function featureExtraction({
  normalize = false,
  truncate = true,
}: FeatureExtractionParameters): Pipeline<number[][], number[][] | number[][][]> {
  return {
    options: { pipeline: "feature-extraction", truncation: truncate ? "truncate" : "error", normalize },
    tag: "feature-extraction",
    wanted: "all",
    answer: (model, { states }) => rows(states[0] as Float32Array, model.manifest.architecture.hidden_size, normalize),
    shape: oneOrList,
  };
}

function rows(states: Float32Array, size: number, normalize: boolean): number[][] {
  return Array.from({ length: states.length / size }, (_, token) => {
    const state = states.subarray(token * size, (token + 1) * size);
    const length = normalize ? Math.hypot(...state) || 1 : 1;
    return Array.from(state, (value) => roundScore(value / length));
  });
}
