import type { Manifest } from "../../bundle/manifest.ts";
import { embed, requireStates } from "../../tasks/embed.ts";
import { roundScore } from "../../tasks/round-score.ts";
import type { FeatureExtractionParameters } from "../schemas/hugging-face.ts";
import type { Pipeline } from "./pipeline.ts";

/**
 * For a single text: the last hidden states, [tokens, hidden], including `<s>` and `</s>`, like transformers. For a list: one row for each
 * text, the mean of its states, like sentence-transformers. Clients turn the answer into an array, and texts of different lengths would break that.
 *
 * @param pooled whether `inputs` is a list
 * @throws RequestFailure `unknown-task` for a model without hidden states
 */
export function featureExtraction(
  manifest: Manifest,
  { normalize = false, truncate = true }: FeatureExtractionParameters,
  pooled: boolean,
): Pipeline<number[][], number[][]> {
  requireStates(manifest);
  return {
    options: { pipeline: "feature-extraction", truncation: truncate ? "truncate" : "error", normalize },
    tag: "feature-extraction",
    wanted: "all",
    answer(model, reading) {
      const states = pooled ? embed(reading, "mean", false) : (reading.states[0] as Float32Array);
      return rows(states, model.stateSize, normalize);
    },
    shape: (results) => results.flat(),
  };
}

function rows(states: Float32Array, size: number, normalize: boolean): number[][] {
  return Array.from({ length: states.length / size }, (_, token) => {
    const state = states.subarray(token * size, (token + 1) * size);
    const length = normalize ? Math.hypot(...state) || 1 : 1;
    return Array.from(state, (value) => roundScore(value / length));
  });
}
