import { one } from "./held";

/** 15 and 8 in each byte, for the two functions below; a local variable keeps them in registers, see `held`. */
// @ts-ignore: decorator
@inline
export function bytesOf(value: i32): v128 {
  return i8x16.splat(<i8>(value * <i32>one));
}

/** The int8 weights, -8..7, of a step's columns 0 to 3 (four rows each), which `packInt4` put into the low halves. */
// @ts-ignore: decorator
@inline
export function leftWeights(packed: v128, fifteens: v128, eights: v128): v128 {
  return i8x16.sub(v128.and(packed, fifteens), eights);
}

/** Those of columns 4 to 7, from the high halves. */
// @ts-ignore: decorator
@inline
export function rightWeights(packed: v128, fifteens: v128, eights: v128): v128 {
  return i8x16.sub(v128.and(i16x8.shr_u(packed, 4), fifteens), eights);
}
