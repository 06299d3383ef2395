import { dotTwo } from "./dot";

/**
 * One group of `height` rows x 8 columns of `linear`. The first group sets `output = scale_g * (q . w) + low_g * sum(w)`. The next
 * ones add to it. Each row has two accumulators.
 *
 * @param height 1..4, a compile-time constant
 * @param way how dot products are summed, a compile-time constant (see `dotTwo`)
 * @param half half the group's size in bytes of a row. Near steps are in the first half, far steps in the second
 * @param turn distance from the middle to the far step that is paired with the first near step, up to `half`
 */
// @ts-ignore: decorator
@inline
export function addGroup(
  height: i32,
  way: i32,
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
  let left3 = zero;
  let right3 = zero;
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
      left0 = dotTwo(way, left, x0, farLeft, z0, left0, ones);
      right0 = dotTwo(way, right, x0, farRight, z0, right0, ones);
      if (height > 1) {
        const x1 = v128.load32_splat(q + inner);
        const z1 = v128.load32_splat(q + far + inner);
        left1 = dotTwo(way, left, x1, farLeft, z1, left1, ones);
        right1 = dotTwo(way, right, x1, farRight, z1, right1, ones);
      }
      if (height > 2) {
        const x2 = v128.load32_splat(q + inner * 2);
        const z2 = v128.load32_splat(q + far + inner * 2);
        left2 = dotTwo(way, left, x2, farLeft, z2, left2, ones);
        right2 = dotTwo(way, right, x2, farRight, z2, right2, ones);
      }
      if (height > 3) {
        const x3 = v128.load32_splat(q + inner * 3);
        const z3 = v128.load32_splat(q + far + inner * 3);
        left3 = dotTwo(way, left, x3, farLeft, z3, left3, ones);
        right3 = dotTwo(way, right, x3, farRight, z3, right3, ones);
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
  if (height > 3) addRow(first, left3, right3, range + rangeStride * 3, leftSum, rightSum, output + stride * 3);
}

/** Writes eight columns of one row, from their integer dot products `left` and `right`. */
// @ts-ignore: decorator
@inline
function addRow(
  first: bool,
  left: v128,
  right: v128,
  range: usize,
  leftSum: v128,
  rightSum: v128,
  output: usize,
): void {
  const scale = v128.load32_splat(range);
  const low = v128.load32_splat(range, 4);
  let leftPart = f32x4.add(f32x4.mul(scale, f32x4.convert_i32x4_s(left)), f32x4.mul(low, leftSum));
  let rightPart = f32x4.add(f32x4.mul(scale, f32x4.convert_i32x4_s(right)), f32x4.mul(low, rightSum));
  if (!first) {
    leftPart = f32x4.add(v128.load(output), leftPart);
    rightPart = f32x4.add(v128.load(output, 16), rightPart);
  }
  v128.store(output, leftPart);
  v128.store(output, rightPart, 16);
}
