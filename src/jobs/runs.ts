import type { Job } from "../http/schemas/jobs.ts";
import type { JobsEnv } from "./env.ts";
import { keysOf, numberOf } from "./keys.ts";
import { inTime, listed, putOnce } from "./store.ts";

/** How a run has ended, or why it is to stop. */
export interface Ending {
  state: Extract<Job["state"], "finished" | "finished-with-errors" | "cancelled" | "failed">;
  /** Of a job that has failed: a sentence for its user. */
  reason?: string;
}

/** The last run of a job. */
export interface LastRun {
  /** 0 if none has begun. */
  number: number;
  ending?: Ending | undefined;
}

/**
 * The last run of a job. A run that was stopped counts as ended, since nothing of it begins any more.
 *
 * @throws StorageError
 */
export async function lastRun({ JOB_OUTPUT }: JobsEnv, job: string): Promise<LastRun> {
  let last: LastRun = { number: 0 };
  for await (const { key, customMetadata = {} } of listed(JOB_OUTPUT, keysOf(job).runs)) {
    const number = numberOf(key);
    if (number > last.number) last = { number };
    const { state, reason } = customMetadata as Partial<Ending>;
    // `ended` sorts before `stop`: what has ended before it was stopped has ended so.
    if (state) last.ending ??= { state, ...(reason && { reason }) };
  }
  return last;
}

/** Whether a run was cancelled, has failed or has ended. @throws StorageError */
export async function isStopped({ JOB_OUTPUT }: JobsEnv, job: string, run: number): Promise<boolean> {
  return (await inTime(JOB_OUTPUT.head(keysOf(job).stop(run)))) !== null;
}

/** Why a run is to stop; undefined while it is not. @throws StorageError */
export async function stopOf({ JOB_OUTPUT }: JobsEnv, job: string, run: number): Promise<Ending | undefined> {
  const found = await inTime(JOB_OUTPUT.head(keysOf(job).stop(run)));
  return (found?.customMetadata as Ending | undefined) ?? undefined;
}

/** Stops a run. The first reason stays. @throws StorageError */
export async function stopRun({ JOB_OUTPUT }: JobsEnv, job: string, run: number, why: Ending): Promise<void> {
  await putOnce(JOB_OUTPUT, keysOf(job).stop(run), "", { ...why });
}

/** Notes how a run has ended. @throws StorageError */
export async function endRun({ JOB_OUTPUT }: JobsEnv, job: string, run: number, ending: Ending): Promise<void> {
  await putOnce(JOB_OUTPUT, keysOf(job).ended(run), "", { ...ending });
}

/**
 * Begins a run, or finds it begun: nothing of it happens twice, and what an interruption has left out is done.
 *
 * @throws StorageError; what the binding throws if the Workflow can't be started
 */
export async function beginRun({ JOB_OUTPUT, JOB_RUNS }: JobsEnv, job: string, run: number): Promise<void> {
  await putOnce(JOB_OUTPUT, keysOf(job).begun(run), "");
  const id = `${job}-${run}`;
  try {
    await JOB_RUNS.create({ id, params: { job, run } });
  } catch (error) {
    const isThere = await JOB_RUNS.get(id).then(
      () => true,
      () => false,
    );
    if (!isThere) throw error;
  }
}
