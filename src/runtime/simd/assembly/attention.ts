import { matmul } from "./matmul";
import { softmax } from "./softmax";

const LOG2_E: f32 = 1.442695;

/**
 * Multi-head self-attention (Vaswani et al. 2017) over one text, without a mask. For each head it computes
 * `context = softmax(Q @ K^T / sqrt(headSize)) @ V`. Q has the first `queries` tokens only.
 *
 * The keys are transposed and scaled once per head. The scale includes log2(e), because softmax uses powers of two.
 *
 * @param qkv float32 [tokens, 3 * heads * headSize]: all heads' queries, then keys, then values
 * @param keys float32 [headSize, tokens rounded up to a multiple of 4], scratch
 * @param scores float32 [queries, tokens rounded up to a multiple of 4], scratch
 * @param context float32 [queries, heads * headSize]
 * @param queries up to `tokens`
 * @param headSize a multiple of 4
 */
export function attention(
  qkv: usize,
  keys: usize,
  scores: usize,
  context: usize,
  queries: i32,
  tokens: i32,
  heads: i32,
  headSize: i32,
): void {
  const headBytes = headSize * 4;
  const hiddenBytes = heads * headBytes;
  const qkvStride = hiddenBytes * 3;
  const padded = (tokens + 3) & ~3;
  const scale = LOG2_E / sqrt<f32>(<f32>headSize);
  for (let head = 0; head < heads; head++) {
    transposeKeys(qkv + hiddenBytes, qkvStride, keys, scale, tokens, headSize);
    matmul(qkv, qkvStride, keys, padded * 4, scores, padded * 4, queries, headSize, padded);
    softmax(scores, queries, tokens);
    matmul(scores, padded * 4, qkv + hiddenBytes * 2, qkvStride, context, hiddenBytes, queries, tokens, headSize);
    qkv += headBytes;
    context += headBytes;
  }
}

/**
 * `target[i][token] = source[token][i] * scale`, in blocks of 4 x 4. The padding columns repeat the last token. So their scores
 * are finite and do not exceed the row's maximum.
 *
 * @param source float32 [tokens, headSize], rows are `stride` bytes apart
 * @param target float32 [headSize, tokens rounded up to a multiple of 4]
 */
function transposeKeys(source: usize, stride: i32, target: usize, scale: f32, tokens: i32, headSize: i32): void {
  const factor = f32x4.splat(scale);
  const targetStride = ((tokens + 3) & ~3) * 4;
  const last = tokens - 1;
  for (let token = 0; token < tokens; token += 4) {
    const row0 = source + token * stride;
    const row1 = source + min(token + 1, last) * stride;
    const row2 = source + min(token + 2, last) * stride;
    const row3 = source + min(token + 3, last) * stride;
    let column = target + token * 4;
    for (let at = 0; at < headSize * 4; at += 16) {
      const a = f32x4.mul(v128.load(row0 + at), factor);
      const b = f32x4.mul(v128.load(row1 + at), factor);
      const c = f32x4.mul(v128.load(row2 + at), factor);
      const d = f32x4.mul(v128.load(row3 + at), factor);
      const ab01 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const ab23 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const cd01 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
      const cd23 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      v128.store(column, v128.shuffle<f32>(ab01, cd01, 0, 1, 4, 5));
      v128.store(column + targetStride, v128.shuffle<f32>(ab01, cd01, 2, 3, 6, 7));
      v128.store(column + targetStride * 2, v128.shuffle<f32>(ab23, cd23, 0, 1, 4, 5));
      v128.store(column + targetStride * 3, v128.shuffle<f32>(ab23, cd23, 2, 3, 6, 7));
      column += targetStride * 4;
    }
  }
}
