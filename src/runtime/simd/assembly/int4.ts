import { one } from "./held";

/**
 * A vector of `value` in each byte. The functions below take those of 15 and 8. Callers keep both in local variables, so that they stay in
 * registers (see `held`).
 */
// @ts-ignore: decorator
@inline
export function bytesOf(value: i32): v128 {
  return i8x16.splat(<i8>(value * <i32>one));
}

/** The weights (-8..7, as int8) of a step's columns 0 to 3, four rows each. `packInt4` put them into the low halves of the bytes. */
// @ts-ignore: decorator
@inline
export function leftWeights(packed: v128, fifteens: v128, eights: v128): v128 {
  return i8x16.sub(v128.and(packed, fifteens), eights);
}

/** The weights of columns 4 to 7, from the high halves. */
// @ts-ignore: decorator
@inline
export function rightWeights(packed: v128, fifteens: v128, eights: v128): v128 {
  return i8x16.sub(v128.and(i16x8.shr_u(packed, 4), fifteens), eights);
}
