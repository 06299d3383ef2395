/** Six places say all that an int8 model knows. */
export function roundScore(probability: number): number {
  return Math.round(probability * 1e6) / 1e6;
}
