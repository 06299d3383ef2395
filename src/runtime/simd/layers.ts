import type { Kernels, Pointer } from "./kernels.ts";
import type { Architecture, Layout, LinearPlace } from "./layout.ts";

/**
 * Runs transformer layers `from` to `end - 1` (post-norm, as in BERT and RoBERTa) on the first `tokens` rows of `buffers.hidden`, in place.
 *
 * Every operator except attention treats rows one by one, so a token's result depends only on its own text.
 *
 * @param rows number of the first tokens for which the last layer is completed, 1 to `tokens`. The other rows keep the last layer's input:
 *   only their keys and values are computed. In a model of six layers this saves most of the work of one of them.
 */
export function encode(
  kernels: Kernels,
  { layers, buffers }: Layout,
  architecture: Architecture,
  tokens: number,
  rows: number,
  from = 0,
  end = layers.length,
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

  for (let number = from; number < end; number++) {
    const layer = layers[number] as Layout["layers"][number];
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
