/** How `dotTwo` sums its products; each gives the same integers. */
export const AT_ONCE = 0;
export const BY_PAIRS = 1;
export const MERGED = 2;

/**
 * `sums` plus `w . x + v . z`, four products a lane of each.
 *
 * AT_ONCE is one instruction for each dot product where the processor has it. BY_PAIRS sums pairs in int16, then these in int32:
 * with x in 0..127 a pair is no larger than 2 * 127 * 128 < 2^15, so no processor saturates, and none can read x as negative.
 * MERGED adds the pairs of both dot products in int16 first, which saves the second widening (measured: `linearByPairs` takes
 * a tenth less time) and is exact only for weights that `turnUntilSafe` found so.
 *
 * @param way a constant
 * @param w, v int8 [4 columns, 4 rows]
 * @param x, z uint8 0..127, the same four values for each column
 * @param sums int32 [4 columns]
 * @param ones int16, all 1
 */
// @ts-ignore: decorator
@inline
export function dotTwo(way: i32, w: v128, x: v128, v: v128, z: v128, sums: v128, ones: v128): v128 {
  if (way == AT_ONCE) {
    sums = i32x4.relaxed_dot_i8x16_i7x16_add_s(w, x, sums);
    return i32x4.relaxed_dot_i8x16_i7x16_add_s(v, z, sums);
  }
  const near = i16x8.relaxed_dot_i8x16_i7x16_s(w, x);
  const far = i16x8.relaxed_dot_i8x16_i7x16_s(v, z);
  if (way == MERGED) return i32x4.add(sums, i32x4.dot_i16x8_s(i16x8.add(near, far), ones));
  return i32x4.add(i32x4.add(sums, i32x4.dot_i16x8_s(near, ones)), i32x4.dot_i16x8_s(far, ones));
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
