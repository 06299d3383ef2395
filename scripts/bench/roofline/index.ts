import { AT_ONCE, dotTwo, MERGED } from "../../../src/runtime/simd/assembly/dot";
import { one } from "../../../src/runtime/simd/assembly/held";

/** As in the engine: whoever instantiates the module might change it, so the compiler takes no vector for a constant. */
export { one } from "../../../src/runtime/simd/assembly/held";

/**
 * As many pair products as `linear` makes at this shape, with the same instructions and the same tiles, and nothing else: no scales, no
 * bias, no output. Every tile reads the same few kilobytes, so all operands come from the first-level cache. It is the limit of what
 * `linear` could reach in WebAssembly on this processor.
 *
 * @param q uint8 [4, inner], values 0..127
 * @param weights int8 [inner, 8], two neighbours' sizes summing to 64 at most
 * @param sums int32 [4], which takes what the products sum to, so that none is left out
 * @param inner a multiple of 8
 * @param columns a multiple of 8
 */
export function products(q: usize, weights: usize, sums: usize, rows: i32, inner: i32, columns: i32): void {
  allTiles(AT_ONCE, q, weights, sums, rows, inner, columns);
}

/** The same by the form of `linearByPairs`. */
export function productsByPairs(q: usize, weights: usize, sums: usize, rows: i32, inner: i32, columns: i32): void {
  allTiles(MERGED, q, weights, sums, rows, inner, columns);
}

/** @param way a constant */
// @ts-ignore: decorator
@inline
function allTiles(way: i32, q: usize, weights: usize, sums: usize, rows: i32, inner: i32, columns: i32): void {
  const tallest = way == AT_ONCE ? 4 : 3;
  const tiles = (rows + tallest - 1) / tallest;
  const short = rows / tiles;
  const long = rows - tiles * short;
  const ones = i16x8.splat(<i16>one);
  for (let column = 0; column < columns; column += 8) {
    for (let tile = 0; tile < tiles; tile++) {
      const height = tile < long ? short + 1 : short;
      // No `else`, as in `linear`.
      if (way == AT_ONCE && height == 4) oneTile(4, way, ones, q, weights, sums, inner);
      if (height == 3) oneTile(3, way, ones, q, weights, sums, inner);
      if (height == 2) oneTile(2, way, ones, q, weights, sums, inner);
      if (height == 1) oneTile(1, way, ones, q, weights, sums, inner);
    }
  }
}

/** `height` rows (a constant) x 8 columns. */
// @ts-ignore: decorator
@inline
function oneTile(height: i32, way: i32, ones: v128, q: usize, weights: usize, sums: usize, inner: i32): void {
  const zero = i32x4.splat(0);
  let left0 = zero;
  let right0 = zero;
  let left1 = zero;
  let right1 = zero;
  let left2 = zero;
  let right2 = zero;
  let left3 = zero;
  let right3 = zero;
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
    left0 = dotTwo(way, left, x0, farLeft, z0, left0, ones);
    right0 = dotTwo(way, right, x0, farRight, z0, right0, ones);
    if (height > 1) {
      const x1 = v128.load32_splat(q + inner);
      const z1 = v128.load32_splat(q + half + inner);
      left1 = dotTwo(way, left, x1, farLeft, z1, left1, ones);
      right1 = dotTwo(way, right, x1, farRight, z1, right1, ones);
    }
    if (height > 2) {
      const x2 = v128.load32_splat(q + inner * 2);
      const z2 = v128.load32_splat(q + half + inner * 2);
      left2 = dotTwo(way, left, x2, farLeft, z2, left2, ones);
      right2 = dotTwo(way, right, x2, farRight, z2, right2, ones);
    }
    if (height > 3) {
      const x3 = v128.load32_splat(q + inner * 3);
      const z3 = v128.load32_splat(q + half + inner * 3);
      left3 = dotTwo(way, left, x3, farLeft, z3, left3, ones);
      right3 = dotTwo(way, right, x3, farRight, z3, right3, ones);
    }
  }
  let all = i32x4.add(v128.load(sums), i32x4.add(left0, right0));
  if (height > 1) all = i32x4.add(all, i32x4.add(left1, right1));
  if (height > 2) all = i32x4.add(all, i32x4.add(left2, right2));
  if (height > 3) all = i32x4.add(all, i32x4.add(left3, right3));
  v128.store(sums, all);
}
