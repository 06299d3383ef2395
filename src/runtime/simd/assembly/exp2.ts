import { held } from "./held";

const LOWEST = held(-126);
const HIGHEST = held(126);

/** 1.5 * 2^23. Adding it to a small float leaves the nearest integer in the low bits of the mantissa. */
const ROUND = held(12582912);

/** Coefficients for 2^r with -0.5 <= r <= 0.5. Minimax for the relative error, which is 7.5e-8 before rounding. */
const C0 = held(1.0000001);
const C1 = held(0.69314694);
const C2 = held(0.2402212);
const C3 = held(0.05550713);
const C4 = held(0.009675541);
const C5 = held(0.0013276472);

/**
 * 2^x for each lane. x is clamped to -126..126.
 *
 * `x = n + r`, where n is the nearest integer. A polynomial of degree 5 gives 2^r, and n is added to the exponent's bits.
 */
// @ts-ignore: decorator
@inline
export function exp2(x: v128): v128 {
  x = f32x4.pmin(f32x4.pmax(x, LOWEST), HIGHEST);
  const rounded = f32x4.add(x, ROUND);
  const r = f32x4.sub(x, f32x4.sub(rounded, ROUND));
  let power = C5;
  power = f32x4.add(f32x4.mul(power, r), C4);
  power = f32x4.add(f32x4.mul(power, r), C3);
  power = f32x4.add(f32x4.mul(power, r), C2);
  power = f32x4.add(f32x4.mul(power, r), C1);
  power = f32x4.add(f32x4.mul(power, r), C0);
  return i32x4.add(power, i32x4.shl(rounded, 23));
}
