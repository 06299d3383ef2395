/** Numbers of a linear congruential generator (Numerical Recipes' constants), the same on every machine. */
export function createRandom(seed: number) {
  let state = seed >>> 0;
  /** Uniform in 0..1 */
  function uniform(): number {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  }
  return {
    uniform,
    /** Bell-shaped around 0, standard deviation `size`. */
    floats: (length: number, size = 1) =>
      Float32Array.from({ length }, () => (uniform() + uniform() + uniform() + uniform() - 2) * Math.sqrt(3) * size),
    /** low..high, both included */
    integers: (length: number, low: number, high: number) =>
      Array.from({ length }, () => low + Math.floor(uniform() * (high - low + 1))),
  };
}

export type Random = ReturnType<typeof createRandom>;
