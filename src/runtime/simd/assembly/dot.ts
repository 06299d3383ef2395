/**
 * `sums` plus `w . x`, four products to a lane: one instruction if the processor has it (see `dotIsEmulated`).
 *
 * @param w int8 [4 columns, 4 rows]
 * @param x uint8 0..127, the same four values for each column
 * @param sums int32 [4 columns]
 */
// @ts-ignore: decorator
@inline
export function dotOne(w: v128, x: v128, sums: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i32x4.relaxed_dot_i8x16_i7x16_add_s(w, x, sums);
  return i32x4.add(sums, i32x4.dot_i16x8_s(dotPairs(w, x), i16x8.splat(1)));
}

/**
 * `sums` plus `w . x + v . z`, as `dotOne` would give them, but by pairs: in int16, then in int32. With x in 0..127, a pair is at most
 * 2 * 127 * 128 < 2^15. So no processor saturates, and none can read x as negative.
 *
 * Merged, the pairs of both dot products are added in int16 first, which saves the second widening. Measured: `linearByPairs` takes
 * a tenth less time. It is exact only for weights that `turnUntilSafe` has made safe.
 *
 * @param isMerged a compile-time constant
 * @param w, v int8 [4 columns, 4 rows]
 * @param x, z uint8 0..127, the same four values for each column
 * @param sums int32 [4 columns]
 * @param ones int16, all 1
 */
// @ts-ignore: decorator
@inline
export function dotTwo(isMerged: bool, w: v128, x: v128, v: v128, z: v128, sums: v128, ones: v128): v128 {
  if (!ASC_FEATURE_RELAXED_SIMD) {
    const pairs = i32x4.add(sums, i32x4.dot_i16x8_s(dotPairs(w, x), ones));
    return i32x4.add(pairs, i32x4.dot_i16x8_s(dotPairs(v, z), ones));
  }
  const near = i16x8.relaxed_dot_i8x16_i7x16_s(w, x);
  const far = i16x8.relaxed_dot_i8x16_i7x16_s(v, z);
  if (isMerged) return i32x4.add(sums, i32x4.dot_i16x8_s(i16x8.add(near, far), ones));
  return i32x4.add(i32x4.add(sums, i32x4.dot_i16x8_s(near, ones)), i32x4.dot_i16x8_s(far, ones));
}

/**
 * The result of `i16x8.relaxed_dot_i8x16_i7x16_s`, for runtimes without relaxed SIMD. Even and odd bytes are multiplied separately.
 *
 * @param w int8 [16]
 * @param x uint8 0..127 [16]
 */
// @ts-ignore: decorator
@inline
export function dotPairs(w: v128, x: v128): v128 {
  const even = i16x8.mul(i16x8.shr_s(i16x8.shl(w, 8), 8), i16x8.shr_u(i16x8.shl(x, 8), 8));
  return i16x8.add(even, i16x8.mul(i16x8.shr_s(w, 8), i16x8.shr_u(x, 8)));
}

/**
 * Whether the processor lacks the instruction for four products a lane (x86 before AVX-VNNI). V8 then emits five instructions
 * instead. Two of them make a vector of ones, which `linearByPairs` keeps in a register.
 *
 * The test uses a value outside 0..127, for which the result depends on the processor: without the instruction, pairs of 255 * 127
 * saturate at 2^15 - 1. Measuring time is not possible, because the clock may stand still while code computes.
 *
 * @param byte 255
 */
export function dotIsEmulated(byte: i32): bool {
  if (!ASC_FEATURE_RELAXED_SIMD) return true;
  const pairs = i32x4.relaxed_dot_i8x16_i7x16_add_s(i8x16.splat(127), i8x16.splat(<i8>byte), i32x4.splat(0));
  return i32x4.extract_lane(pairs, 0) == 2 * 0x7fff;
}
