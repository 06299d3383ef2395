import { GROUP } from "./group";
import { held, one } from "./held";
import { highest, lowest } from "./lanes";

/** Adding it to a float in 0..127 leaves the nearest integer (ties to even) in the low bits of the mantissa. */
const ROUND = held(8388608);
const LOW_BITS = i32x4.splat(127 * <i32>one);

/** A narrower range counts as zero, because its reciprocal would be infinite. */
const LEAST_RANGE: f32 = 1e-30;

/**
 * Quantizes each row to unsigned 7 bits, in groups of GROUP values (the last group may be shorter):
 * `x ~ scale * q + low` with q in 0..127, `scale = (max(x, 0) - min(x, 0)) / 127` and `low = -scale * round(-min(x, 0) / scale)`.
 *
 * So 0 is exact. That matters because most of GELU's outputs are close to 0, and a common error would add up.
 * Seven bits, because the relaxed dot product is exact, and the same on every processor, if one operand is in 0..127.
 *
 * @param source float32 [rows, size]
 * @param target uint8 [rows, size]
 * @param ranges float32 [rows, groups, 2]: scale, low
 * @param size a multiple of 16
 */
export function quantizeRows(source: usize, target: usize, ranges: usize, rows: i32, size: i32): void {
  for (let row = 0; row < rows; row++) {
    for (let start = 0; start < size; start += GROUP) {
      const count = min(size - start, GROUP);
      quantizeGroup(source, target, ranges, count);
      source += count * 4;
      target += count;
      ranges += 8;
    }
  }
}

/** Quantizes one group of `count` values for `quantizeRows`. */
// @ts-ignore: decorator
@inline
function quantizeGroup(source: usize, target: usize, range: usize, count: i32): void {
  const end = source + count * 4;
  let least = f32x4.splat(0);
  let most = least;
  for (let x = source; x < end; x += 16) {
    const value = v128.load(x);
    least = f32x4.pmin(least, value);
    most = f32x4.pmax(most, value);
  }
  const low = lowest(least);
  const width = highest(most) - low;
  const isZero = width < LEAST_RANGE;
  const scale: f32 = isZero ? 0 : width / 127;
  const perStep: f32 = isZero ? 0 : 127 / width;
  const zero = nearest<f32>(-low * perStep);
  store<f32>(range, scale);
  store<f32>(range, -scale * zero, 4);

  const factor = f32x4.splat(perStep);
  const shift = f32x4.splat(zero);
  for (; source < end; source += 64) {
    const steps0 = toSteps(v128.load(source), factor, shift);
    const steps1 = toSteps(v128.load(source, 16), factor, shift);
    const steps2 = toSteps(v128.load(source, 32), factor, shift);
    const steps3 = toSteps(v128.load(source, 48), factor, shift);
    const half0 = i16x8.narrow_i32x4_s(steps0, steps1);
    const half1 = i16x8.narrow_i32x4_s(steps2, steps3);
    v128.store(target, i8x16.narrow_i16x8_s(half0, half1));
    target += 16;
  }
}

/** round(x * factor + shift) as four int32 in 0..127 */
// @ts-ignore: decorator
@inline
function toSteps(x: v128, factor: v128, shift: v128): v128 {
  const steps = f32x4.pmin(f32x4.pmax(f32x4.add(f32x4.mul(x, factor), shift), NONE), ALL);
  return v128.and(f32x4.add(steps, ROUND), LOW_BITS);
}

const NONE = held(0);
const ALL = held(127);
