import { exp2 } from "./exp2";
import { held } from "./held";

/** -2 * sqrt(2 / pi) * log2(e) */
const LINEAR = held(-2.3022082);
/** LINEAR * 0.044715 */
const CUBIC = held(-0.10294324);

const ONE = held(1);

/**
 * GELU in its tanh form (Hendrycks and Gimpel 2016), in place. The result is multiplied by a factor for each column:
 * `x * sigmoid(2 * sqrt(2 / pi) * (x + 0.044715 * x^3)) * scale`.
 *
 * Since sigmoid(z) = 1 / (1 + 2^(-z * log2(e))), this is `x * scale / (1 + 2^(x * (LINEAR + CUBIC * x^2)))`.
 *
 * @param x float32 [rows, columns]
 * @param scale float32 [columns]
 * @param columns a multiple of 4
 */
export function gelu(x: usize, scale: usize, rows: i32, columns: i32): void {
  const rowBytes = columns * 4;
  for (let row = 0; row < rows; row++) {
    for (let at = 0; at < rowBytes; at += 16) {
      const value = v128.load(x + at);
      const square = f32x4.mul(value, value);
      const slope = f32x4.add(f32x4.mul(square, CUBIC), LINEAR);
      const divisor = f32x4.add(exp2(f32x4.mul(value, slope)), ONE);
      v128.store(x + at, f32x4.div(f32x4.mul(value, v128.load(scale + at)), divisor));
    }
    x += rowBytes;
  }
}
