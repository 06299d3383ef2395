import { dotPairs } from "./dot";
import { GROUP, INT4_GROUP } from "./group";
import { leftWeights, rightWeights } from "./int4";

/** `height` rows (1..4, a compile-time constant) x 8 columns of `linearInt4`. Adds to `output`, one group of GROUP after another. */
// @ts-ignore: decorator
@inline
export function linearInt4Tile(
  height: i32,
  byPairs: bool,
  ones: v128,
  fifteens: v128,
  eights: v128,
  q: usize,
  range: usize,
  weights: usize,
  factors: usize,
  sums: usize,
  scales: usize,
  output: usize,
  inner: i32,
  stride: i32,
): void {
  const rangeStride = ((inner + GROUP - 1) / GROUP) * 8;
  const zero = i32x4.splat(0);
  const end = q + inner;
  while (q < end) {
    let left0 = zero;
    let right0 = zero;
    let left1 = zero;
    let right1 = zero;
    let left2 = zero;
    let right2 = zero;
    let left3 = zero;
    let right3 = zero;
    const groupEnd = min(q + GROUP, end);
    while (q < groupEnd) {
      let leftPart0 = zero;
      let rightPart0 = zero;
      let leftPart1 = zero;
      let rightPart1 = zero;
      let leftPart2 = zero;
      let rightPart2 = zero;
      let leftPart3 = zero;
      let rightPart3 = zero;
      for (const partEnd = q + INT4_GROUP; q < partEnd; q += 4) {
        const packed = v128.load(weights);
        weights += 16;
        const left = leftWeights(packed, fifteens, eights);
        const right = rightWeights(packed, fifteens, eights);
        const x0 = v128.load32_splat(q);
        leftPart0 = addDot(byPairs, left, x0, leftPart0);
        rightPart0 = addDot(byPairs, right, x0, rightPart0);
        if (height > 1) {
          const x1 = v128.load32_splat(q + inner);
          leftPart1 = addDot(byPairs, left, x1, leftPart1);
          rightPart1 = addDot(byPairs, right, x1, rightPart1);
        }
        if (height > 2) {
          const x2 = v128.load32_splat(q + inner * 2);
          leftPart2 = addDot(byPairs, left, x2, leftPart2);
          rightPart2 = addDot(byPairs, right, x2, rightPart2);
        }
        if (height > 3) {
          const x3 = v128.load32_splat(q + inner * 3);
          leftPart3 = addDot(byPairs, left, x3, leftPart3);
          rightPart3 = addDot(byPairs, right, x3, rightPart3);
        }
      }
      // By pairs, both int16 of a lane need the factor. Otherwise only the lower half does: it holds the whole int32.
      const eight = v128.load(factors);
      const leftFactors = byPairs
        ? i16x8.shuffle(eight, eight, 0, 0, 1, 1, 2, 2, 3, 3)
        : i32x4.extend_low_i16x8_u(eight);
      const rightFactors = byPairs
        ? i16x8.shuffle(eight, eight, 4, 4, 5, 5, 6, 6, 7, 7)
        : i32x4.extend_high_i16x8_u(eight);
      factors += stride / 2;
      left0 = i32x4.add(left0, i32x4.dot_i16x8_s(leftPart0, leftFactors));
      right0 = i32x4.add(right0, i32x4.dot_i16x8_s(rightPart0, rightFactors));
      if (height > 1) {
        left1 = i32x4.add(left1, i32x4.dot_i16x8_s(leftPart1, leftFactors));
        right1 = i32x4.add(right1, i32x4.dot_i16x8_s(rightPart1, rightFactors));
      }
      if (height > 2) {
        left2 = i32x4.add(left2, i32x4.dot_i16x8_s(leftPart2, leftFactors));
        right2 = i32x4.add(right2, i32x4.dot_i16x8_s(rightPart2, rightFactors));
      }
      if (height > 3) {
        left3 = i32x4.add(left3, i32x4.dot_i16x8_s(leftPart3, leftFactors));
        right3 = i32x4.add(right3, i32x4.dot_i16x8_s(rightPart3, rightFactors));
      }
    }
    addRow(left0, right0, range, sums, scales, output);
    if (height > 1) addRow(left1, right1, range + rangeStride, sums, scales, output + stride);
    if (height > 2) addRow(left2, right2, range + rangeStride * 2, sums, scales, output + stride * 2);
    if (height > 3) addRow(left3, right3, range + rangeStride * 3, sums, scales, output + stride * 3);
    range += 8;
    sums += stride;
    scales += stride;
  }
}

/**
 * `sums` plus four products in each int32 lane. By pairs: plus two products in each int16 lane. These can't overflow within a group,
 * because it adds `INT4_GROUP / 2` products of at most 127 * 8 to each lane.
 */
// @ts-ignore: decorator
@inline
function addDot(byPairs: bool, weights: v128, x: v128, sums: v128): v128 {
  if (!ASC_FEATURE_RELAXED_SIMD) {
    const pairs = dotPairs(weights, x);
    return byPairs ? i16x8.add(sums, pairs) : i32x4.add(sums, i32x4.dot_i16x8_s(pairs, i16x8.splat(1)));
  }
  if (byPairs) return i16x8.add(sums, i16x8.relaxed_dot_i8x16_i7x16_s(weights, x));
  return i32x4.relaxed_dot_i8x16_i7x16_add_s(weights, x, sums);
}

/** Adds eight columns of one row: `output += scale_wg * (scale_g * (left, right) + low_g * sums_g)`. */
// @ts-ignore: decorator
@inline
function addRow(left: v128, right: v128, range: usize, sums: usize, scales: usize, output: usize): void {
  const scale = v128.load32_splat(range);
  const low = v128.load32_splat(range, 4);
  const leftPart = f32x4.add(f32x4.mul(scale, f32x4.convert_i32x4_s(left)), f32x4.mul(low, v128.load(sums)));
  const rightPart = f32x4.add(f32x4.mul(scale, f32x4.convert_i32x4_s(right)), f32x4.mul(low, v128.load(sums, 16)));
  v128.store(output, f32x4.add(v128.load(output), f32x4.mul(v128.load(scales), leftPart)));
  v128.store(output, f32x4.add(v128.load(output, 16), f32x4.mul(v128.load(scales, 16), rightPart)), 16);
}
