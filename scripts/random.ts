/** Random numbers in [0, 1), the same for the same seed. Numerical Recipes' linear congruential generator, which is enough for sampling. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A sample of `count` rows without replacement, in their order; all rows if there are no more. */
export function sample<T>(rows: readonly T[], count: number, seed: number): readonly T[] {
  const random = seededRandom(seed);
  let wanted = Math.min(count, rows.length);
  return rows.filter((_, index) => {
    const taken = random() * (rows.length - index) < wanted;
    if (taken) wanted--;
    return taken;
  });
}
