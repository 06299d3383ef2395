import { setTimeout as sleep } from "node:timers/promises";
import type { Figures, Isolate, Isolates } from "./isolates.ts";
import { type ProcessMemory, processMemory, resetPeak } from "./process.ts";

/** Memory of the isolates at one time, or their peak during a phase. */
export interface Phase {
  name: string;
  /** In the order of the isolates. For a peak: each isolate's memory when its own sum was largest. */
  isolates: Figures[];
  process: ProcessMemory;
  /** For a peak: how often each isolate was read, and the longest time between two reads. */
  watched?: { reads: number; longestGapMs: number };
}

/** Time between two reads if the isolate answers at once. */
const READ_EVERY_MS = 4;

/** Memory of each isolate after garbage collection. */
export async function settled(name: string, { isolates, pid }: Isolates): Promise<Phase> {
  for (const isolate of isolates) await isolate.collectGarbage();
  return {
    name,
    isolates: await Promise.all(isolates.map((isolate) => isolate.read())),
    process: await processMemory(pid),
  };
}

/**
 * Peak memory of each isolate while `work` runs. An isolate is read only between two turns of its event loop. So garbage that is
 * made and collected within one turn is not seen here, only in the peak of the process.
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
