import type { Reading } from "./read.ts";

/** `mean` of all last hidden states, or the one of `<s>`. */
export type Pooling = "mean" | "cls";

/** The tweet's vector, float32 [hidden]; of length 1 when `normalize`. */
export function embed(reading: Reading, pooling: Pooling, normalize: boolean): Float32Array {
  const vector = pooling === "cls" ? reading.textState() : reading.meanState();
  if (!normalize) return vector;
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}
