import { sum } from "./lanes";

/**
 * Residual connection and layer normalization (Ba et al. 2016) of each row:
 * `y = x + residual * residualScale`, `output = (y - mean(y)) / sqrt(variance(y) + epsilon) * weight + bias`.
 *
 * The variance needs a second pass, after the mean. Computed in one pass, as a difference of two large sums, it could be negative.
 *
 * @param x float32 [rows, size]; holds y afterwards
 * @param residual float32 [rows, size]
 * @param residualScale, weight, bias float32 [size]
 * @param output float32 [rows, size]; may be the same memory as `residual`
 * @param size a multiple of 4
 */
export function addNormalize(
  x: usize,
  residual: usize,
  residualScale: usize,
  weight: usize,
  bias: usize,
  output: usize,
  epsilon: f32,
  rows: i32,
  size: i32,
): void {
  const rowBytes = size * 4;
  for (let row = 0; row < rows; row++) {
    let total = f32x4.splat(0);
    for (let at = 0; at < rowBytes; at += 16) {
      const y = f32x4.add(v128.load(x + at), f32x4.mul(v128.load(residual + at), v128.load(residualScale + at)));
      v128.store(x + at, y);
      total = f32x4.add(total, y);
    }
    const mean = f32x4.splat(sum(total) / <f32>size);

    let squares = f32x4.splat(0);
    for (let at = 0; at < rowBytes; at += 16) {
      const centred = f32x4.sub(v128.load(x + at), mean);
      squares = f32x4.add(squares, f32x4.mul(centred, centred));
    }
    const factor = f32x4.splat(1 / sqrt<f32>(sum(squares) / <f32>size + epsilon));

    for (let at = 0; at < rowBytes; at += 16) {
      const normal = f32x4.mul(f32x4.sub(v128.load(x + at), mean), factor);
      v128.store(output + at, f32x4.add(f32x4.mul(normal, v128.load(weight + at)), v128.load(bias + at)));
    }
    x += rowBytes;
    residual += rowBytes;
    output += rowBytes;
  }
}
