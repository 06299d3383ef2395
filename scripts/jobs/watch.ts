import { setTimeout as sleep } from "node:timers/promises";
import type { Job } from "../../src/http/schemas/job.ts";
import { duration } from "../label/pace.ts";
import type { Progress } from "../lib/progress.ts";
import { costOf } from "./cost.ts";
import type { JobsService } from "./service.ts";

const WIDTH = 24;
const POLL_MS = 1_000;
const number = (count: number) => count.toLocaleString("en");

export const isOver = ({ state }: Job): boolean => state !== "indexing" && state !== "running";

/** Shows a job until it is over, and once more at the end. @returns the job as it ended */
export async function watch(service: JobsService, id: string, progress: Progress): Promise<Job> {
  let job = await service.get(id);
  const show = bar(job);
  while (!isOver(job)) {
    progress.step(show(job));
    await sleep(POLL_MS);
    job = await service.get(id);
  }
  progress.line(show(job));
  return job;
}

/**
 * A bar with the chunks, the lines, their rate since the first call, the time that is left, and an estimate of the cost so far.
 *
 * @param first the job as it was first seen
 */
export function bar(first: Job, now: () => number = Date.now) {
  const startedAt = now();
  return (job: Job): string => {
    const { total } = job.chunks;
    const done = job.chunks.done + job.chunks.dead;
    const lines = linesOf(job);
    const perSecond = (1_000 * (lines - linesOf(first))) / Math.max(1, now() - startedAt);
    const filled = total ? Math.floor((WIDTH * done) / total) : 0;
    const parts = [
      `[${"#".repeat(filled).padEnd(WIDTH, "-")}] ${job.state}`,
      total === undefined ? "chunks not counted yet" : `${number(job.chunks.done)} of ${number(total)} chunks`,
    ];
    if (job.chunks.dead > 0) parts.push(`${number(job.chunks.dead)} given up`);
    parts.push(`${number(lines)} lines`, `${number(job.lines.failed)} bad`);
    if (perSecond > 0 && !isOver(job)) {
      parts.push(`${perSecond.toFixed(1)} a second`);
      if (total && done > 0) parts.push(`${duration(((lines / done) * (total - done)) / perSecond)} left`);
    }
    const { seconds, dollars } = costOf(job.work.tokens);
    parts.push(`about ${seconds.toFixed(1)} s of CPU`, `US$ ${dollars.toFixed(dollars < 0.01 ? 6 : 2)}`);
    return parts.join(", ");
  };
}

const linesOf = ({ lines }: Job): number => lines.answered + lines.failed;
