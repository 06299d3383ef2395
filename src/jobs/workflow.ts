import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { causesOf } from "../http/causes.ts";
import { JOB_CHUNK_BYTES, JOB_INDEX_PAGE, JOB_POLL, JOB_RESENDS, JOB_STALL_SECONDS } from "../job-limits.ts";
import { log } from "../log.ts";
import type { JobsEnv, RunParams } from "./env.ts";
import { indexInput, readPage } from "./indexing.ts";
import { InputError } from "./input/index.ts";
import { answerKeysOf, keysOf } from "./keys.ts";
import { writeManifest } from "./manifest.ts";
import { sendAll } from "./messages.ts";
import { missingOf, readProgress } from "./progress.ts";
import { type Ending, endRun, lastRun, stopOf } from "./runs.ts";
import { retentionSeconds } from "./settings.ts";
import { readSpec, type Spec } from "./spec.ts";
import { removeAll, StorageError } from "./store.ts";

/** Of every step: each is safe to repeat. */
const STEP = { retries: { limit: 10, delay: "1 second", backoff: "exponential" }, timeout: "30 minutes" } as const;

/**
 * Runs a job: cuts its input, sends a message for each chunk that is missing, waits until all are there or given up, and writes the
 * manifest. Each step can be repeated, and the code between them depends on their results alone.
 */
export class JobRun extends WorkflowEntrypoint<JobsEnv, RunParams> {
  /** A test may cut smaller chunks. */
  protected readonly chunkBytes: number = JOB_CHUNK_BYTES;

  override async run({ payload }: Readonly<WorkflowEvent<RunParams>>, step: WorkflowStep): Promise<void> {
    const { job, run } = payload;
    const ending = await this.#answer(payload, step).catch((error): Ending => {
      log({ event: "unexpected-error", requestId: `${job}-${run}`, causes: causesOf(error) });
      return { state: "failed", reason: "A step of the job has failed again and again. The log has its errors." };
    });
    await step.do("end", STEP, async () => {
      await endRun(this.env, job, run, ending);
      log({ event: "job-ended", job, run, state: ending.state });
    });
    if (ending.state === "finished")
      await step.do("clean up", STEP, () => removeAll(this.env.JOB_OUTPUT, keysOf(job).scratch));
    await this.#forget(payload, step);
  }

  async #answer({ job, run }: RunParams, step: WorkflowStep): Promise<Ending> {
    const cut = await step.do("index", STEP, () => index(this.env, job, this.chunkBytes));
    if ("reason" in cut) return { state: "failed", reason: cut.reason };
    const { chunks } = cut;
    const pages = Math.ceil(chunks / JOB_INDEX_PAGE);
    for (let page = 0; page < pages; page++)
      await step.do(`send page ${page}`, STEP, () => sendMissing(this.env, { job, run }, page));
    const ending = await this.#wait({ job, run }, chunks, step);
    if (ending) return ending;
    return step.do("write the manifest", STEP, () => finish(this.env, { job, run }, chunks));
  }

  /** Waits until every chunk is done or given up. @returns why the run is to end before */
  async #wait({ job, run }: RunParams, chunks: number, step: WorkflowStep): Promise<Ending | undefined> {
    let [waited, progressAt, known, resends] = [0, 0, -1, 0];
    for (let look = 1; ; look++) {
      const seen = await step.do(`look ${look}`, STEP, () => lookAt(this.env, { job, run }));
      if (seen.stop) return seen.stop;
      if (seen.done + seen.dead >= chunks) return undefined;
      if (seen.done + seen.dead > known) [progressAt, known, resends] = [waited, seen.done + seen.dead, 0];
      else if (waited - progressAt > JOB_STALL_SECONDS) {
        if (++resends > JOB_RESENDS) return undefined;
        const pages = Math.ceil(chunks / JOB_INDEX_PAGE);
        for (let page = 0; page < pages; page++)
          await step.do(`send page ${page} again ${look}`, STEP, () => sendMissing(this.env, { job, run }, page));
        progressAt = waited;
      }
      const seconds = Math.min(
        JOB_POLL.mostSeconds,
        Math.max(JOB_POLL.leastSeconds, Math.ceil(waited * JOB_POLL.share)),
      );
      await step.sleep(`wait ${look}`, `${seconds} seconds`);
      waited += seconds;
    }
  }

  /** Removes the answers of a job when their time is over, unless it runs again meanwhile. The manifest stays. */
  async #forget({ job, run }: RunParams, step: WorkflowStep): Promise<void> {
    const seconds = retentionSeconds(this.env);
    if (seconds === undefined) return;
    await step.sleep("keep", `${seconds} seconds`);
    await step.do("forget", STEP, () => forget(this.env, { job, run }));
  }
}

async function specOf(env: JobsEnv, job: string): Promise<Spec> {
  const spec = await readSpec(env, job);
  if (!spec) throw new StorageError("The specification of a job was removed.");
  return spec;
}

async function index(env: JobsEnv, job: string, chunkBytes: number): Promise<{ chunks: number } | { reason: string }> {
  try {
    const { chunks } = await indexInput(env, await specOf(env, job), chunkBytes);
    return { chunks };
  } catch (error) {
    if (error instanceof InputError) return { reason: error.message };
    throw error;
  }
}

async function sendMissing(env: JobsEnv, { job, run }: RunParams, page: number): Promise<void> {
  const { done } = await readProgress(env, await specOf(env, job), run);
  const isDone = new Set(done.map(({ index }) => index));
  const chunks = (await readPage(env, job, page)).filter(({ index }) => !isDone.has(index));
  await sendAll(
    env.JOB_CHUNKS,
    chunks.map((chunk) => ({ job, run, chunk })),
  );
}

async function lookAt(env: JobsEnv, { job, run }: RunParams) {
  const { done, dead } = await readProgress(env, await specOf(env, job), run);
  const stop = await stopOf(env, job, run);
  return { done: done.length, dead: dead.length, ...(stop && { stop }) };
}

async function finish(env: JobsEnv, { job, run }: RunParams, chunks: number): Promise<Ending> {
  const spec = await specOf(env, job);
  const progress = await readProgress(env, spec, run);
  await writeManifest(env, spec, progress, chunks);
  return { state: missingOf(progress, chunks).length > 0 ? "finished-with-errors" : "finished" };
}

async function forget(env: JobsEnv, { job, run }: RunParams): Promise<void> {
  if ((await lastRun(env, job)).number !== run) return;
  const { output } = await specOf(env, job);
  await removeAll(env.JOB_OUTPUT, answerKeysOf(output.folder).chunks);
  await removeAll(env.JOB_OUTPUT, keysOf(job).scratch);
}
