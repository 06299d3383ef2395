import type { Kernels, Pointer } from "./kernels.ts";
import type { Architecture, Layout, LinearPlace } from "./layout.ts";

/**
 * Runs the transformer layers (post-norm, as in BERT and RoBERTa) on the first `tokens` rows of `buffers.hidden`, in place.
 *
 * Every operator but attention treats rows one by one, so a token's result depends on its own text alone.
 *
 * @param rows how many of the first tokens the last layer is finished for, 1 to `tokens`; the other rows hold what it was given.
 *   All but the last layer's keys and values is left out for these, which spares a sixth of a model of six layers most of its work.
 */
export function encode(
  kernels: Kernels,
  { layers, buffers }: Layout,
  architecture: Architecture,
  tokens: number,
  rows: number,
): void {
  const { hidden_size: size, ffn_size: ffn, heads, layer_norm_epsilon: epsilon } = architecture;
  const { hidden, update, qkv, context, quantized, ranges, keys, scores } = buffers;

  function linear(input: Pointer, place: LinearPlace, output: Pointer, count: number): void {
    const { inner, columns, weights, sums, scales, bias } = place;
    kernels.quantizeRows(input, quantized, ranges, count, inner);
    if (place.bits === 8) kernels.linear(quantized, ranges, weights, sums, scales, bias, output, count, inner, columns);
    else {
      const { factors } = place;
      kernels.linearInt4(quantized, ranges, weights, factors, sums, scales, bias, output, count, inner, columns);
    }
  }

  for (const [number, layer] of layers.entries()) {
    const queries = number === layers.length - 1 ? rows : tokens;
    linear(hidden, layer.qkv, qkv, tokens);
    kernels.attention(qkv, keys, scores, context, queries, tokens, heads, size / heads);
    linear(context, layer.attentionOut, update, queries);
    const { attentionNorm, ffnNorm } = layer;
    const { inputScale, attentionScale } = layer;
    kernels.addNormalize(
      update,
      hidden,
      inputScale,
      attentionNorm.weight,
      attentionNorm.bias,
      hidden,
      epsilon,
      queries,
      size,
    );

    linear(hidden, layer.ffnIn, buffers.ffn, queries);
    kernels.gelu(buffers.ffn, layer.geluScale, queries, ffn);
    linear(buffers.ffn, layer.ffnOut, update, queries);
    kernels.addNormalize(update, hidden, attentionScale, ffnNorm.weight, ffnNorm.bias, hidden, epsilon, queries, size);
  }
}
