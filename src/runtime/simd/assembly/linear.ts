import { GROUP } from "./group";
import { one } from "./held";
import { addGroup } from "./linear-group";
import { addGroupByPairs } from "./linear-group-by-pairs";

/**
 * Linear layer on quantized rows, `y = x @ W + bias`.
 *
 * - `x ~ scale_g * q + low_g`, where g is a group of a row's values (see `quantizeRows`).
 * - `W ~ scale_w * w`, with one scale for each column.
 *
 * So the result is
 *
 *     y = scale_w * (sum over g of scale_g * (q . w) + low_g * sum(w)) + bias
 *
 * where `q . w` is an integer dot product over the group, exact in int32. All rows of eight columns are computed before the next eight
 * columns, so that every weight is read from memory once.
 *
 * @param q uint8 [rows, inner], values 0..127
 * @param ranges float32 [rows, groups, 2]: scale_g, low_g
 * @param weights int8 [inner, columns], packed by `packRows`, or for `linearByPairs` by `packRowsByPairs`
 * @param sums sum(w) of each group and column, from the same function
 * @param scales, bias float32 [columns]
 * @param output float32 [rows, columns]
 * @param inner a multiple of 8
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

/** Gives the same bits as `linear`, and is faster on processors with an emulated dot product (see `dotIsEmulated`). */
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

/** Both forms of `linear`. `byPairs` is a compile-time constant. */
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
  // Tiles have `short` or `short + 1` rows. So no padding rows are computed, and all sums stay in registers.
  const tallest = byPairs ? 3 : 5;
  const tiles = (rows + tallest - 1) / tallest;
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
      // Not an `else if` chain: the compiler would merge its similar arms into one, with a branch at each sum.
      if (!byPairs && height == 5) linearTile(5, byPairs, ones, x, range, weights, sums, scales, bias, y, inner, stride);
      if (!byPairs && height == 4) linearTile(4, byPairs, ones, x, range, weights, sums, scales, bias, y, inner, stride);
      if (height == 3) linearTile(3, byPairs, ones, x, range, weights, sums, scales, bias, y, inner, stride);
      if (height == 2) linearTile(2, byPairs, ones, x, range, weights, sums, scales, bias, y, inner, stride);
      if (height == 1) linearTile(1, byPairs, ones, x, range, weights, sums, scales, bias, y, inner, stride);
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

/** `height` rows (a compile-time constant) x 8 columns of `linear`, one group after another. */
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
  const rangeStride = ((inner + GROUP - 1) / GROUP) * 8;
  const end = q + inner;
  for (let first = true; q < end; first = false) {
    const size = <i32>min(GROUP, end - q);
    if (!byPairs) addGroup(height, first, q, q + size, inner, weights, sums, range, rangeStride, output, stride);
    const half = size / 2;
    const turn = load<i32>(sums, 16);
    const isSafe = turn < half;
    // Not `else`, for the same reason. Measured: `else` costs a tenth of the time.
    if (byPairs && isSafe)
      addGroupByPairs(height, true, first, ones, q, inner, half, turn, weights, sums, range, rangeStride, output, stride);
    if (byPairs && !isSafe)
      addGroupByPairs(height, false, first, ones, q, inner, half, turn, weights, sums, range, rangeStride, output, stride);
    q += size;
    weights += size * 8;
    range += 8;
    sums += stride;
  }
  for (let row = 0; row < height; row++) {
    v128.store(output, f32x4.add(f32x4.mul(v128.load(output), v128.load(scales)), v128.load(bias)));
    v128.store(output, f32x4.add(f32x4.mul(v128.load(output, 16), v128.load(scales, 16)), v128.load(bias, 16)), 16);
    output += stride;
  }
}
