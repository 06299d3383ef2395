import { GROUP } from "./group";
import { one } from "./held";

/**
 * Linear layer on quantized rows, `y = x @ W + bias`. With `x ~ scale_g * q + low_g` (of a group g of a row's values, see
 * `quantizeRows`) and `W ~ scale_w * w` (a column's own) that is
 *
 *     y = scale_w * (sum over g of scale_g * (q . w) + low_g * sum(w)) + bias
 *
 * where `q . w` is an integer dot product over the group, exact in int32. Eight columns are done for all rows before the next eight, so
 * that every weight is read from memory once.
 *
 * @param q uint8 [rows, inner], values 0..127
 * @param ranges float32 [rows, groups, 2]: scale_g, low_g
 * @param weights int8 [inner, columns] as `packRows` left it
 * @param sums int32 [groups, columns]: sum(w)
 * @param scales, bias float32 [columns]
 * @param output float32 [rows, columns]
 * @param inner a multiple of 4
 * @param columns a multiple of 8
 */
export function linear(
  q: usize,
  ranges: usize,
  weights: usize,
  sums: usize,
  scales: usize,
  bias: usize,
  output: usize,
  rows: i32,
  inner: i32,
  columns: i32,
): void {
  multiply(false, q, ranges, weights, sums, scales, bias, output, rows, inner, columns);
}

/** `linear` with the same bits for processors where the dot product is slow, see `dotIsEmulated`. */
export function linearByPairs(
  q: usize,
  ranges: usize,
  weights: usize,
  sums: usize,
  scales: usize,
  bias: usize,
  output: usize,
  rows: i32,
  inner: i32,
  columns: i32,
): void {
  multiply(true, q, ranges, weights, sums, scales, bias, output, rows, inner, columns);
}

/** `linear`, and which of `dot`'s two ways is taken (a constant). */
// @ts-ignore: decorator
@inline
function multiply(
  byPairs: bool,
  q: usize,
  ranges: usize,
  weights: usize,
  sums: usize,
  scales: usize,
  bias: usize,
  output: usize,
  rows: i32,
  inner: i32,
  columns: i32,
): void {
  // Tiles of `short` and of `short + 1` rows, none above four: no row is computed in vain, and all sums stay in registers.
  const tiles = (rows + 3) / 4;
  const short = rows / tiles;
  const long = rows - tiles * short;
  const stride = columns * 4;
  const rangeStride = ((inner + GROUP - 1) / GROUP) * 8;
  const ones = i16x8.splat(<i16>one);
  for (let column = 0; column < columns; column += 8) {
    let x = q;
    let range = ranges;
    let y = output;
    for (let tile = 0; tile < tiles; tile++) {
      const height = tile < long ? short + 1 : short;
      if (height == 4) linearTile(4, byPairs, ones, x, range, weights, sums, scales, bias, y, inner, stride);
      else if (height == 3) linearTile(3, byPairs, ones, x, range, weights, sums, scales, bias, y, inner, stride);
      else if (height == 2) linearTile(2, byPairs, ones, x, range, weights, sums, scales, bias, y, inner, stride);
      else linearTile(1, byPairs, ones, x, range, weights, sums, scales, bias, y, inner, stride);
      x += height * inner;
      range += height * rangeStride;
      y += height * stride;
    }
    weights += inner * 8;
    sums += 32;
    scales += 32;
    bias += 32;
    output += 32;
  }
}

/** `height` rows (a constant) x 8 columns of `linear`, a group after the other; two accumulators a row. */
// @ts-ignore: decorator
@inline
function linearTile(
  height: i32,
  byPairs: bool,
  ones: v128,
  q: usize,
  range: usize,
  weights: usize,
  sums: usize,
  scales: usize,
  bias: usize,
  output: usize,
  inner: i32,
  stride: i32,
): void {
  const zero = i32x4.splat(0);
  const rangeStride = ((inner + GROUP - 1) / GROUP) * 8;
  const end = q + inner;
  for (let first = true; q < end; first = false) {
    let left0 = zero;
    let right0 = zero;
    let left1 = zero;
    let right1 = zero;
    let left2 = zero;
    let right2 = zero;
    let left3 = zero;
    let right3 = zero;
    const groupEnd = min(q + GROUP, end);
    for (; q < groupEnd; q += 4) {
      const left = v128.load(weights);
      const right = v128.load(weights, 16);
      weights += 32;
      const x0 = v128.load32_splat(q);
      left0 = dot(byPairs, left, x0, left0, ones);
      right0 = dot(byPairs, right, x0, right0, ones);
      if (height > 1) {
        const x1 = v128.load32_splat(q + inner);
        left1 = dot(byPairs, left, x1, left1, ones);
        right1 = dot(byPairs, right, x1, right1, ones);
      }
      if (height > 2) {
        const x2 = v128.load32_splat(q + inner * 2);
        left2 = dot(byPairs, left, x2, left2, ones);
        right2 = dot(byPairs, right, x2, right2, ones);
      }
      if (height > 3) {
        const x3 = v128.load32_splat(q + inner * 3);
        left3 = dot(byPairs, left, x3, left3, ones);
        right3 = dot(byPairs, right, x3, right3, ones);
      }
    }
    const leftSum = f32x4.convert_i32x4_s(v128.load(sums));
    const rightSum = f32x4.convert_i32x4_s(v128.load(sums, 16));
    addGroup(first, left0, right0, range, leftSum, rightSum, output);
    if (height > 1) addGroup(first, left1, right1, range + rangeStride, leftSum, rightSum, output + stride);
    if (height > 2) addGroup(first, left2, right2, range + rangeStride * 2, leftSum, rightSum, output + stride * 2);
    if (height > 3) addGroup(first, left3, right3, range + rangeStride * 3, leftSum, rightSum, output + stride * 3);
    range += 8;
    sums += stride;
  }
  for (let row = 0; row < height; row++) {
    v128.store(output, f32x4.add(f32x4.mul(v128.load(output), v128.load(scales)), v128.load(bias)));
    v128.store(output, f32x4.add(f32x4.mul(v128.load(output, 16), v128.load(scales, 16)), v128.load(bias, 16)), 16);
    output += stride;
  }
}

/**
 * `sums` plus four products a lane: at once, or by pairs in int16. The same either way: with q in 0..127 a pair is no larger
 * than 2 * 127 * 128 < 2^15, so no processor saturates, and none can read q as negative.
 */
// @ts-ignore: decorator
@inline
function dot(byPairs: bool, weights: v128, q: v128, sums: v128, ones: v128): v128 {
  return byPairs
    ? i32x4.add(sums, i32x4.dot_i16x8_s(i16x8.relaxed_dot_i8x16_i7x16_s(weights, q), ones))
    : i32x4.relaxed_dot_i8x16_i7x16_add_s(weights, q, sums);
}

/**
 * Whether the processor lacks the instruction for four products a lane (x86 before AVX-VNNI). V8 then writes five in its place,
 * two of which make a vector of ones that `linearByPairs` keeps in a register.
 *
 * It shows outside of 0..127, where the result is the processor's own: pairs of 255 * 127 saturate at 2^15 - 1. A clock would not
 * do, it may stand still while code computes.
 *
 * @param byte 255
 */
export function dotIsEmulated(byte: i32): bool {
  const pairs = i32x4.relaxed_dot_i8x16_i7x16_add_s(i8x16.splat(127), i8x16.splat(<i8>byte), i32x4.splat(0));
  return i32x4.extract_lane(pairs, 0) == 2 * 0x7fff;
}

/** `output += scale_g * (q . w) + low_g * sum(w)`, or `=` for the `first` group: eight columns of one row. */
// @ts-ignore: decorator
@inline
function addGroup(
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
