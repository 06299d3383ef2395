import { GROUP } from "./group";
import { one } from "./held";
import { bytesOf } from "./int4";
import { linearInt4Tile } from "./linear-int4-tile";

/**
 * `linear` with int4 weights, which are unpacked in registers: `y = x @ W + bias`.
 *
 * - `x ~ scale_g * q + low_g`, where g is a group of GROUP values of a row (see `quantizeRows`).
 * - `W ~ scale_wg * factor_h * w`, where h is a group of INT4_GROUP weights of a column (see `splitScales`).
 *
 * So the result is
 *
 *     y = sum over g of scale_wg * (scale_g * (sum over h in g of factor_h * (q . w)) + low_g * sums_g) + bias
 *
 * where `q . w` is an integer dot product over h. The dot product and the sum over h are exact in int32.
 *
 * @param q uint8 [rows, inner], values 0..127
 * @param ranges float32 [rows, groups of GROUP, 2]: scale_g, low_g
 * @param weights int4 [inner, columns], packed by `packInt4`
 * @param factors int16 [inner / INT4_GROUP, columns]
 * @param sums float32 [groups of GROUP, columns], from `sumInt4`
 * @param scales float32 [groups of GROUP, columns]: scale_wg
 * @param bias float32 [columns]
 * @param output float32 [rows, columns]
 * @param inner a multiple of INT4_GROUP
 * @param columns a multiple of 8
 */
export function linearInt4(
  q: usize,
  ranges: usize,
  weights: usize,
  factors: usize,
  sums: usize,
  scales: usize,
  bias: usize,
  output: usize,
  rows: i32,
  inner: i32,
  columns: i32,
): void {
  multiply(false, q, ranges, weights, factors, sums, scales, bias, output, rows, inner, columns);
}

/** Gives the same bits as `linearInt4`, and is faster on processors with an emulated dot product (see `dotIsEmulated`). */
export function linearInt4ByPairs(
  q: usize,
  ranges: usize,
  weights: usize,
  factors: usize,
  sums: usize,
  scales: usize,
  bias: usize,
  output: usize,
  rows: i32,
  inner: i32,
  columns: i32,
): void {
  multiply(true, q, ranges, weights, factors, sums, scales, bias, output, rows, inner, columns);
}

/** Both forms of `linearInt4`. `byPairs` is a compile-time constant. As in `linear`, all rows of eight columns come before the next eight. */
// @ts-ignore: decorator
@inline
function multiply(
  byPairs: bool,
  q: usize,
  ranges: usize,
  weights: usize,
  factors: usize,
  sums: usize,
  scales: usize,
  bias: usize,
  output: usize,
  rows: i32,
  inner: i32,
  columns: i32,
): void {
  const tiles = (rows + 3) / 4;
  const short = rows / tiles;
  const long = rows - tiles * short;
  const stride = columns * 4;
  const rangeStride = ((inner + GROUP - 1) / GROUP) * 8;
  const ones = i16x8.splat(<i16>one);
  const fifteens = bytesOf(15);
  const eights = bytesOf(8);
  for (let column = 0; column < columns; column += 8) {
    let x = q;
    let range = ranges;
    let y = output;
    for (let tile = 0; tile < tiles; tile++) {
      const height = tile < long ? short + 1 : short;
      for (let row = 0; row < height; row++) {
        v128.store(y + row * stride, v128.load(bias));
        v128.store(y + row * stride, v128.load(bias, 16), 16);
      }
      // Not an `else if` chain: see `linear`.
      if (height == 4)
        linearInt4Tile(4, byPairs, ones, fifteens, eights, x, range, weights, factors, sums, scales, y, inner, stride);
      if (height == 3)
        linearInt4Tile(3, byPairs, ones, fifteens, eights, x, range, weights, factors, sums, scales, y, inner, stride);
      if (height == 2)
        linearInt4Tile(2, byPairs, ones, fifteens, eights, x, range, weights, factors, sums, scales, y, inner, stride);
      if (height == 1)
        linearInt4Tile(1, byPairs, ones, fifteens, eights, x, range, weights, factors, sums, scales, y, inner, stride);
      x += height * inner;
      range += height * rangeStride;
      y += height * stride;
    }
    weights += inner * 4;
    factors += 16;
    sums += 32;
    scales += 32;
    bias += 32;
    output += 32;
  }
}
