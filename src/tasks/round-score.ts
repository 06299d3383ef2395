/** Rounds to six decimal places. An int8 model is not more precise. */
export function roundScore(probability: number): number {
  return Math.round(probability * 1e6) / 1e6;
}
