import type { JobsEnv } from "./env.ts";
import { answerKeysOf, keysOf, numberOf } from "./keys.ts";
import { type Facts, factsOf, sumOf } from "./parts.ts";
import type { Spec } from "./spec.ts";
import { listed } from "./store.ts";

/** A chunk that is answered. */
interface DoneChunk extends Facts {
  index: number;
  key: string;
  etag: string;
  bytes: number;
}

/** How far a run is. It is seen from what lies in the bucket, since a counter would count twice what happens twice. */
export interface Progress {
  done: DoneChunk[];
  /** Chunks that this run has given up, and that are not done. */
  dead: number[];
}

/** @throws StorageError */
export async function readProgress({ JOB_OUTPUT }: JobsEnv, { id, output }: Spec, run: number): Promise<Progress> {
  const done: DoneChunk[] = [];
  for await (const object of listed(JOB_OUTPUT, answerKeysOf(output.folder).chunks)) {
    const { key, etag, size } = object;
    done.push({ index: numberOf(key), key, etag, bytes: size, ...factsOf(object) });
  }
  const isDone = new Set(done.map(({ index }) => index));
  const dead: number[] = [];
  for await (const { key } of listed(JOB_OUTPUT, keysOf(id).deadOf(run)))
    if (!isDone.has(numberOf(key))) dead.push(numberOf(key));
  return { done, dead };
}

/** Indexes of the chunks that are not done. */
export function missingOf({ done }: Progress, chunks: number): number[] {
  const isDone = new Set(done.map(({ index }) => index));
  return Array.from({ length: chunks }, (_, index) => index).filter((index) => !isDone.has(index));
}

/** Sums over the chunks that are done. */
export function totalsOf({ done }: Progress): Facts & { bytes: number } {
  return { ...sumOf(done), bytes: done.reduce((sum, { bytes }) => sum + bytes, 0) };
}
