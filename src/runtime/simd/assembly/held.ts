/** Always 1. It is a mutable export, so that the compiler can't treat it as a constant. */
export let one: f32 = 1;

/**
 * A vector with the same number in each lane, for a module-level `const` that loops use. The compiler repeats a known constant at
 * every use, and V8 then builds it each time, with three instructions on x86. This vector is loaded with one instruction.
 * Measured at 25 x 1536: GELU takes 74 us with constants and 41 us with these vectors; quantization takes 15 us and 9 us.
 */
// @ts-ignore: decorator
@inline
export function held(value: f32): v128 {
  return f32x4.splat(value * one);
}
