import { dotOne } from "./dot";
import { addRow } from "./linear-row";

/**
 * One group of `height` rows x 8 columns of `linear`. Each row has two accumulators.
 *
 * A processor that starts two dot products a cycle, of four cycles each, needs eight accumulators at least to be busy. With ten, 25 rows
 * are five tiles. Measured at 25 rows, with bounds checks in code as in workerd: 0.89 of the time of tiles of up to four rows. An iteration
 * has one step only. With two, the compiler puts all loads before the first product, and V8 has too few registers.
 *
 * @param height 1..5, a compile-time constant
 * @param end the end of the group in the first row
 */
// @ts-ignore: decorator
@inline
export function addGroup(
  height: i32,
  first: bool,
  q: usize,
  end: usize,
  inner: i32,
  weights: usize,
  sums: usize,
  range: usize,
  rangeStride: i32,
  output: usize,
  stride: i32,
): void {
  const zero = i32x4.splat(0);
  let left0 = zero;
  let right0 = zero;
  let left1 = zero;
  let right1 = zero;
  let left2 = zero;
  let right2 = zero;
  let left3 = zero;
  let right3 = zero;
  let left4 = zero;
  let right4 = zero;
  for (; q < end; q += 4) {
    const left = v128.load(weights);
    const right = v128.load(weights, 16);
    weights += 32;
    const x0 = v128.load32_splat(q);
    left0 = dotOne(left, x0, left0);
    right0 = dotOne(right, x0, right0);
    if (height > 1) {
      const x1 = v128.load32_splat(q + inner);
      left1 = dotOne(left, x1, left1);
      right1 = dotOne(right, x1, right1);
    }
    if (height > 2) {
      const x2 = v128.load32_splat(q + inner * 2);
      left2 = dotOne(left, x2, left2);
      right2 = dotOne(right, x2, right2);
    }
    if (height > 3) {
      const x3 = v128.load32_splat(q + inner * 3);
      left3 = dotOne(left, x3, left3);
      right3 = dotOne(right, x3, right3);
    }
    if (height > 4) {
      const x4 = v128.load32_splat(q + inner * 4);
      left4 = dotOne(left, x4, left4);
      right4 = dotOne(right, x4, right4);
    }
  }
  const columnSums = v128.load(sums);
  const leftSum = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(columnSums));
  const rightSum = f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(columnSums));
  addRow(first, left0, right0, range, leftSum, rightSum, output);
  if (height > 1) addRow(first, left1, right1, range + rangeStride, leftSum, rightSum, output + stride);
  if (height > 2) addRow(first, left2, right2, range + rangeStride * 2, leftSum, rightSum, output + stride * 2);
  if (height > 3) addRow(first, left3, right3, range + rangeStride * 3, leftSum, rightSum, output + stride * 3);
  if (height > 4) addRow(first, left4, right4, range + rangeStride * 4, leftSum, rightSum, output + stride * 4);
}
