import type { Context } from "hono";
import { type Failure, RequestFailure } from "../errors.ts";
import { JOB_ANSWER_LIMIT_MS } from "../job-limits.ts";
import { TIMED_OUT, within } from "../within.ts";
import { isOn } from "./middleware/switches.ts";
import type { Job, JobList, JobListQuery, JobOrder } from "./schemas/jobs.ts";

/** A value, or why there is none: over a service binding an error would keep its message alone. */
export type Reply<T> = { value: T } | { failure: Failure };

/** What the Worker of the jobs (src/jobs) answers over its service binding. It trusts its caller, which has checked the key. */
export interface Jobs {
  /** Begins a job, or finds it: the same order for the same input and model is the same job. */
  submit(order: JobOrder): Promise<Reply<{ job: Job; created: boolean }>>;
  get(id: string): Promise<Reply<Job>>;
  list(query: JobListQuery): Promise<Reply<JobList>>;
  /** Stops a job that runs; what is answered stays. */
  cancel(id: string): Promise<Reply<Job>>;
  /** Runs what is missing of a job. A run that has not ended is stopped. */
  retry(id: string): Promise<Reply<Job>>;
}

/** wrangler.toml has this binding in a comment, so `wrangler types` does not see it. */
type JobsEnv = Env & { JOBS?: Jobs };

/** Whether the service has jobs. */
export function hasJobs(env: JobsEnv): boolean {
  return isOn(env, "AUTH") && env.JOBS !== undefined;
}

/**
 * Asks the Worker of the jobs.
 *
 * @throws RequestFailure `jobs-need-keys` while AUTH is off, `jobs-off` without the binding JOBS, `jobs-unavailable`, or what it answers
 */
export async function askJobs<T>(
  c: Context<{ Bindings: JobsEnv }>,
  ask: (jobs: Jobs) => Promise<Reply<T>>,
): Promise<T> {
  if (!isOn(c.env, "AUTH")) throw new RequestFailure({ kind: "jobs-need-keys" });
  const { JOBS } = c.env;
  if (!JOBS) throw new RequestFailure({ kind: "jobs-off" });
  const reply = await within(ask(JOBS), JOB_ANSWER_LIMIT_MS).catch((cause) => {
    throw unavailable("The Worker of the jobs has failed.", cause);
  });
  if (reply === TIMED_OUT)
    throw unavailable(`The Worker of the jobs has not answered within ${JOB_ANSWER_LIMIT_MS} ms.`);
  if ("failure" in reply) throw new RequestFailure(reply.failure);
  return reply.value;
}

function unavailable(reason: string, cause?: unknown): RequestFailure {
  return new RequestFailure({ kind: "jobs-unavailable", reason }, { cause });
}
