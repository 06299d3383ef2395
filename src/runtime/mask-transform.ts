import type { FillMaskTask } from "../bundle/manifest.ts";
import type { Tensors } from "../bundle/tensors.ts";
import { applyLinear, openLinear } from "./heads.ts";

/**
 * The transform of RoBERTa's masked-language-model head (Liu et al. 2019): `LayerNorm(gelu(dense(state)))`. Its output is scored by
 * the embedding table. Without a transform, the hidden state is scored itself.
 *
 * @returns a function from float32 [hidden] to the same
 */
export function createMaskTransform(
  tensors: Tensors,
  { transform }: Pick<FillMaskTask, "transform">,
  epsilon: number,
): (state: Float32Array) => Float32Array {
  if (!transform) return (state) => state;
  const dense = openLinear(tensors, transform);
  const [normWeight, normBias] = [tensors.float32(transform.norm_weight), tensors.float32(transform.norm_bias)];
  return (state) => layerNorm(applyLinear(state, dense).map(gelu), normWeight, normBias, epsilon);
}

function layerNorm(values: Float32Array, weight: Float32Array, bias: Float32Array, epsilon: number): Float32Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const inverseDeviation = 1 / Math.sqrt(variance + epsilon);
  return values.map((value, i) => (value - mean) * inverseDeviation * (weight[i] as number) + (bias[i] as number));
}

/** GELU in its exact form: `x` times the share of the normal distribution below it (Hendrycks and Gimpel 2016). */
export function gelu(x: number): number {
  return 0.5 * x * (1 + errorFunction(x * Math.SQRT1_2));
}

/** The error function, by formula 7.1.26 of Abramowitz and Stegun (1964). Its error is at most 1.5e-7. */
function errorFunction(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const polynomial = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - polynomial * Math.exp(-x * x));
}
