import { WorkerEntrypoint } from "cloudflare:workers";
import { RequestFailure } from "../errors.ts";
import { causesOf } from "../http/causes.ts";
import type { Jobs, Reply } from "../http/jobs.ts";
import type { Job, JobListQuery, JobOrder } from "../http/schemas/jobs.ts";
import { log } from "../log.ts";
import { bury, consume } from "./consumer.ts";
import type { ChunkMessage, JobsEnv } from "./env.ts";
import { CALL_LIMITS, type CallLimits } from "./price.ts";
import { beginRun, lastRun, stopRun } from "./runs.ts";
import { readSpec } from "./spec.ts";
import { StorageError } from "./store.ts";
import { submit } from "./submit.ts";
import { listJobs, viewOf } from "./view.ts";

export { JobRun } from "./workflow.ts";

/** The queue of chunks that no attempt could answer, in wrangler.toml. */
const DEAD_LETTERS = "bertweet-jobs-dead";

/**
 * The Worker of the jobs: it answers chunks from a queue, and what the Worker of the API asks over its service binding. It has no address, and
 * is never in the isolates that answer the API.
 */
export default class JobsWorker extends WorkerEntrypoint<JobsEnv> implements Jobs {
  /** A test may stop its calls sooner. */
  protected readonly limits: CallLimits = CALL_LIMITS;

  override async queue({ queue, messages }: MessageBatch<ChunkMessage>): Promise<void> {
    for (const message of messages)
      await (queue === DEAD_LETTERS ? bury(this.env, message) : consume(this.env, this.ctx, message, this.limits));
  }

  submit(order: JobOrder) {
    return this.#reply(async () => {
      const { spec, created } = await submit(this.env, this.ctx, order);
      return { job: await viewOf(this.env, spec), created };
    });
  }

  get(id: string) {
    return this.#reply(() => this.#view(id));
  }

  list(query: JobListQuery) {
    return this.#reply(() => listJobs(this.env, query));
  }

  cancel(id: string) {
    return this.#reply(async () => {
      const { number, ending } = await this.#lastRun(id);
      if (!ending) await stopRun(this.env, id, number, { state: "cancelled" });
      return this.#view(id);
    });
  }

  retry(id: string) {
    return this.#reply(async () => {
      const { number, ending } = await this.#lastRun(id);
      if (ending?.state === "finished") return this.#view(id);
      // A run whose messages or Workflow were lost looks as one that works. Stopped, it can't disturb the next one.
      if (!ending && number > 0) await stopRun(this.env, id, number, { state: "cancelled" });
      await beginRun(this.env, id, number + 1);
      return this.#view(id);
    });
  }

  async #lastRun(id: string) {
    if (!(await readSpec(this.env, id))) throw new RequestFailure({ kind: "unknown-job" });
    return lastRun(this.env, id);
  }

  async #view(id: string): Promise<Job> {
    const spec = await readSpec(this.env, id);
    if (!spec) throw new RequestFailure({ kind: "unknown-job" });
    return viewOf(this.env, spec);
  }

  async #reply<T>(answer: () => Promise<T>): Promise<Reply<T>> {
    try {
      return { value: await answer() };
    } catch (error) {
      if (error instanceof RequestFailure) return { failure: error.failure };
      const requestId = crypto.randomUUID();
      log({ event: "unexpected-error", requestId, causes: causesOf(error) });
      const reason = error instanceof StorageError ? error.message : "The job could not be started.";
      return { failure: { kind: "jobs-unavailable", reason } };
    }
  }
}
