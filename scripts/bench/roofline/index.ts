import { dotOne, dotTwo } from "../../../src/runtime/simd/assembly/dot";
import { one } from "../../../src/runtime/simd/assembly/held";

/** As in the engine: whoever instantiates the module might change it, so the compiler takes no vector for a constant. */
export { one } from "../../../src/runtime/simd/assembly/held";

/**
 * As many pair products as `linear` makes at this shape, with the same instructions and the same tiles, and nothing else: no scales, no
 * bias, no output. Every tile reads the same few kilobytes, so all operands come from the first-level cache. It is the limit of what
 * `linear` could reach in WebAssembly on this processor.
 *
 * @param q uint8 [5, inner], values 0..127
 * @param weights int8 [inner, 8], two neighbours' sizes summing to 64 at most
 * @param sums int32 [4], which takes what the products sum to, so that none is left out
 * @param inner a multiple of 8
 * @param columns a multiple of 8
 */
export function products(q: usize, weights: usize, sums: usize, rows: i32, inner: i32, columns: i32): void {
  allTiles(false, q, weights, sums, rows, inner, columns);
}

/** The same by the form of `linearByPairs`. */
export function productsByPairs(q: usize, weights: usize, sums: usize, rows: i32, inner: i32, columns: i32): void {
  allTiles(true, q, weights, sums, rows, inner, columns);
}

/** @param byPairs a constant */
// @ts-ignore: decorator
@inline
function allTiles(byPairs: bool, q: usize, weights: usize, sums: usize, rows: i32, inner: i32, columns: i32): void {
  const tallest = byPairs ? 3 : 5;
  const tiles = (rows + tallest - 1) / tallest;
  const short = rows / tiles;
  const long = rows - tiles * short;
  const ones = i16x8.splat(<i16>one);
  for (let column = 0; column < columns; column += 8) {
    for (let tile = 0; tile < tiles; tile++) {
      const height = tile < long ? short + 1 : short;
      // No `else`, as in `linear`.
      if (!byPairs && height == 5) tileAtOnce(5, q, weights, sums, inner);
      if (!byPairs && height == 4) tileAtOnce(4, q, weights, sums, inner);
      if (!byPairs && height == 3) tileAtOnce(3, q, weights, sums, inner);
      if (!byPairs && height == 2) tileAtOnce(2, q, weights, sums, inner);
      if (!byPairs && height == 1) tileAtOnce(1, q, weights, sums, inner);
      if (byPairs && height == 3) tileByPairs(3, ones, q, weights, sums, inner);
      if (byPairs && height == 2) tileByPairs(2, ones, q, weights, sums, inner);
      if (byPairs && height == 1) tileByPairs(1, ones, q, weights, sums, inner);
    }
  }
}

/** `height` rows (a constant) x 8 columns, one step after another. */
// @ts-ignore: decorator
@inline
function tileAtOnce(height: i32, q: usize, weights: usize, sums: usize, inner: i32): void {
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
  const end = q + inner;
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
  let all = i32x4.add(v128.load(sums), i32x4.add(left0, right0));
  if (height > 1) all = i32x4.add(all, i32x4.add(left1, right1));
  if (height > 2) all = i32x4.add(all, i32x4.add(left2, right2));
  if (height > 3) all = i32x4.add(all, i32x4.add(left3, right3));
  if (height > 4) all = i32x4.add(all, i32x4.add(left4, right4));
  v128.store(sums, all);
}

/** The same by pairs of a near and a far step. */
// @ts-ignore: decorator
@inline
function tileByPairs(height: i32, ones: v128, q: usize, weights: usize, sums: usize, inner: i32): void {
  const zero = i32x4.splat(0);
  let left0 = zero;
  let right0 = zero;
  let left1 = zero;
  let right1 = zero;
  let left2 = zero;
  let right2 = zero;
  const half = inner / 2;
  const middle = q + half;
  for (; q < middle; q += 4) {
    const left = v128.load(weights);
    const right = v128.load(weights, 16);
    const farLeft = v128.load(weights, 32);
    const farRight = v128.load(weights, 48);
    weights += 64;
    const x0 = v128.load32_splat(q);
    const z0 = v128.load32_splat(q + half);
    left0 = dotTwo(true, left, x0, farLeft, z0, left0, ones);
    right0 = dotTwo(true, right, x0, farRight, z0, right0, ones);
    if (height > 1) {
      const x1 = v128.load32_splat(q + inner);
      const z1 = v128.load32_splat(q + half + inner);
      left1 = dotTwo(true, left, x1, farLeft, z1, left1, ones);
      right1 = dotTwo(true, right, x1, farRight, z1, right1, ones);
    }
    if (height > 2) {
      const x2 = v128.load32_splat(q + inner * 2);
      const z2 = v128.load32_splat(q + half + inner * 2);
      left2 = dotTwo(true, left, x2, farLeft, z2, left2, ones);
      right2 = dotTwo(true, right, x2, farRight, z2, right2, ones);
    }
  }
  let all = i32x4.add(v128.load(sums), i32x4.add(left0, right0));
  if (height > 1) all = i32x4.add(all, i32x4.add(left1, right1));
  if (height > 2) all = i32x4.add(all, i32x4.add(left2, right2));
  v128.store(sums, all);
}
