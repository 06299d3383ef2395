import type { Manifest } from "../../bundle/manifest.ts";
import { embed, requireStates } from "../../tasks/embed.ts";
import { roundScore } from "../../tasks/round-score.ts";
import type { Pipeline } from "./pipeline.ts";

/**
 * The similarity of each sentence to the first text: the cosine of their vectors, which equal those of `/v1/embed`.
 *
 * @throws RequestFailure `unknown-task` for a model without hidden states
 */
export function sentenceSimilarity(manifest: Manifest): Pipeline<Float32Array, number[]> {
  requireStates(manifest);
  return {
    options: { pipeline: "sentence-similarity", truncation: "truncate" },
    tag: "sentence-similarity",
    wanted: "all",
    answer: (_, reading) => embed(reading, "mean", true),
    shape: ([source, ...sentences]) => sentences.map((sentence) => roundScore(dot(source as Float32Array, sentence))),
  };
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] as number), 0);
}
