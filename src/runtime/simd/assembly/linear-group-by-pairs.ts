import { dotTwo } from "./dot";
import { addRow } from "./linear-row";

/**
 * One group of `height` rows x 8 columns of `linearByPairs`. Each row has two accumulators. With a fourth row there are not enough registers.
 *
 * @param height 1..3, a compile-time constant
 * @param isMerged how dot products are summed, a compile-time constant (see `dotTwo`)
 * @param half half the group's size in bytes of a row. Near steps are in the first half, far steps in the second
 * @param turn distance from the middle to the far step that is paired with the first near step, up to `half`
 */
// @ts-ignore: decorator
@inline
export function addGroupByPairs(
  height: i32,
  isMerged: bool,
  first: bool,
  ones: v128,
  q: usize,
  inner: i32,
  half: i32,
  turn: i32,
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
  const middle = q + half;
  let far = half + turn;
  // First the near steps up to the one that is paired with the group's last far step. For the rest, far steps start at the middle again.
  for (let part = 0; part < 2; part++) {
    const stop = part == 0 ? middle - turn : middle;
    for (; q < stop; q += 4) {
      const left = v128.load(weights);
      const right = v128.load(weights, 16);
      const farLeft = v128.load(weights, 32);
      const farRight = v128.load(weights, 48);
      weights += 64;
      const x0 = v128.load32_splat(q);
      const z0 = v128.load32_splat(q + far);
      left0 = dotTwo(isMerged, left, x0, farLeft, z0, left0, ones);
      right0 = dotTwo(isMerged, right, x0, farRight, z0, right0, ones);
      if (height > 1) {
        const x1 = v128.load32_splat(q + inner);
        const z1 = v128.load32_splat(q + far + inner);
        left1 = dotTwo(isMerged, left, x1, farLeft, z1, left1, ones);
        right1 = dotTwo(isMerged, right, x1, farRight, z1, right1, ones);
      }
      if (height > 2) {
        const x2 = v128.load32_splat(q + inner * 2);
        const z2 = v128.load32_splat(q + far + inner * 2);
        left2 = dotTwo(isMerged, left, x2, farLeft, z2, left2, ones);
        right2 = dotTwo(isMerged, right, x2, farRight, z2, right2, ones);
      }
    }
    far -= half;
  }
  const columnSums = v128.load(sums);
  const leftSum = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(columnSums));
  const rightSum = f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(columnSums));
  addRow(first, left0, right0, range, leftSum, rightSum, output);
  if (height > 1) addRow(first, left1, right1, range + rangeStride, leftSum, rightSum, output + stride);
  if (height > 2) addRow(first, left2, right2, range + rangeStride * 2, leftSum, rightSum, output + stride * 2);
}
