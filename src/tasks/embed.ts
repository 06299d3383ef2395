import type { Manifest } from "../bundle/manifest.ts";
import { RequestFailure } from "../errors.ts";
import type { Reading } from "./read.ts";

/** @throws RequestFailure `unknown-task` for a model that gives logits alone, and no states */
export function requireStates({ whole_graph, tasks }: Manifest): void {
  if (whole_graph?.output === "logits")
    throw new RequestFailure({
      kind: "unknown-task",
      tasks: Object.keys(tasks).map((name) => name.split("/")[0] as string),
    });
}

/** `mean` of all last hidden states, or the one of `<s>`. */
export const POOLINGS = ["mean", "cls"] as const;
export type Pooling = (typeof POOLINGS)[number];

/** The tweet's vector, float32 [hidden]; of length 1 when `normalize`. */
export function embed(reading: Reading, pooling: Pooling, normalize: boolean): Float32Array {
  const vector = pooling === "cls" ? reading.textState() : reading.meanState();
  if (!normalize) return vector;
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}
