import { setTimeout as sleep } from "node:timers/promises";
import type { Figures, Isolate, Isolates } from "./isolates.ts";
import { type ProcessMemory, processMemory, resetPeak } from "./process.ts";

/** What the isolates held at a time, or at most during one. */
export interface Phase {
  name: string;
  /** In the order of the isolates; of a peak, what each held when its own sum was largest. */
  isolates: Figures[];
  process: ProcessMemory;
  /** Of a peak: how often each isolate answered, and the longest time that one did not. */
  watched?: { reads: number; longestGapMs: number };
}

/** Reads are this far apart where the isolate answers at once. */
const READ_EVERY_MS = 4;

/** What each isolate holds once its garbage is gone. */
export async function settled(name: string, { isolates, pid }: Isolates): Promise<Phase> {
  for (const isolate of isolates) await isolate.collectGarbage();
  return {
    name,
    isolates: await Promise.all(isolates.map((isolate) => isolate.read())),
    process: await processMemory(pid),
  };
}

/**
 * What each isolate holds at most while `work` runs. An isolate is read between two pieces of its work, not within one: garbage that
 * was made and collected within a single turn is missed, and shows in the process's peak alone.
 */
export async function peak(name: string, { isolates, pid }: Isolates, work: () => Promise<void>): Promise<Phase> {
  await resetPeak(pid);
  const working = { done: false };
  const watching = Promise.all(isolates.map((isolate) => watch(isolate, working)));
  const worked = work().finally(() => {
    working.done = true;
  });
  const [watched] = await Promise.all([watching, worked]);
  return {
    name,
    isolates: watched.map(({ most }) => most),
    process: await processMemory(pid),
    watched: {
      reads: Math.min(...watched.map(({ reads }) => reads)),
      longestGapMs: Math.max(...watched.map(({ longestGapMs }) => longestGapMs)),
    },
  };
}

async function watch(isolate: Isolate, working: { done: boolean }) {
  let most = await isolate.read();
  let [reads, longestGapMs] = [1, 0];
  for (let last = false; !last; reads++) {
    last = working.done;
    const asked = performance.now();
    const now = await isolate.read();
    longestGapMs = Math.max(longestGapMs, performance.now() - asked);
    if (now.sum > most.sum) most = now;
    if (!last) await sleep(READ_EVERY_MS);
  }
  return { most, reads, longestGapMs };
}
