import type { Kernels, Pointer } from "./kernels.ts";
import type { Architecture, Layout, LinearPlace } from "./layout.ts";

/**
 * Runs the transformer layers (post-norm, as in BERT and RoBERTa) on the first `tokens` rows of `buffers.hidden`, in place.
 *
 * Every operator but attention treats rows one by one, so a token's result depends on its own text alone.
 */
export function encode(
  kernels: Kernels,
  { layers, buffers }: Layout,
  architecture: Architecture,
  tokens: number,
): void {
  const { hidden_size: size, ffn_size: ffn, heads, layer_norm_epsilon: epsilon } = architecture;
  const { hidden, update, qkv, context, quantized, ranges, keys, scores } = buffers;

  function linear(input: Pointer, { inner, columns, weights, sums, scales, bias }: LinearPlace, output: Pointer): void {
    kernels.quantizeRows(input, quantized, ranges, tokens, inner);
    kernels.linear(quantized, ranges, weights, sums, scales, bias, output, tokens, inner, columns);
  }

  for (const layer of layers) {
    linear(hidden, layer.qkv, qkv);
    kernels.attention(qkv, keys, scores, context, tokens, heads, size / heads);
    linear(context, layer.attentionOut, update);
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
      tokens,
      size,
    );

    linear(hidden, layer.ffnIn, buffers.ffn);
    kernels.gelu(buffers.ffn, layer.geluScale, tokens, ffn);
    linear(buffers.ffn, layer.ffnOut, update);
    kernels.addNormalize(update, hidden, attentionScale, ffnNorm.weight, ffnNorm.bias, hidden, epsilon, tokens, size);
  }
}
