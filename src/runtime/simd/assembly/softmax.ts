import { exp2 } from "./exp2";
import { highest, sum } from "./lanes";

/**
 * Softmax to the base two, in place: `2^(x - max(x)) / sum(2^(x - max(x)))` over the first `columns` of each row.
 * The padding after them, up to a multiple of four, must be finite and no larger than the row's maximum. It is overwritten.
 *
 * @param x float32 [rows, columns rounded up to a multiple of 4]
 */
export function softmax(x: usize, rows: i32, columns: i32): void {
  const wholeBytes = (columns & ~3) * 4;
  const rowBytes = ((columns + 3) & ~3) * 4;
  const inside = i32x4.gt_s(i32x4.splat(columns & 3), i32x4(0, 1, 2, 3));
  for (let row = 0; row < rows; row++) {
    let most = v128.load(x);
    for (let at = 16; at < rowBytes; at += 16) most = f32x4.pmax(most, v128.load(x + at));
    const peak = f32x4.splat(highest(most));

    let total = f32x4.splat(0);
    for (let at = 0; at < wholeBytes; at += 16) {
      const power = exp2(f32x4.sub(v128.load(x + at), peak));
      v128.store(x + at, power);
      total = f32x4.add(total, power);
    }
    if (wholeBytes < rowBytes) {
      const power = v128.and(exp2(f32x4.sub(v128.load(x + wholeBytes), peak)), inside);
      v128.store(x + wholeBytes, power);
      total = f32x4.add(total, power);
    }

    const factor = f32x4.splat(1 / sum(total));
    for (let at = 0; at < rowBytes; at += 16) v128.store(x + at, f32x4.mul(v128.load(x + at), factor));
    x += rowBytes;
  }
}
