import { RequestFailure } from "../errors.ts";
import type { Job, JobList, JobListQuery } from "../http/schemas/jobs.ts";
import { DEFAULT_JOBS_LISTED } from "../job-limits.ts";
import type { JobsEnv } from "./env.ts";
import { readIndex } from "./indexing.ts";
import { LIST } from "./keys.ts";
import { readProgress, totalsOf } from "./progress.ts";
import { type LastRun, lastRun } from "./runs.ts";
import { r2Url, readSpec, type Spec } from "./spec.ts";
import { inTime } from "./store.ts";

/** A job as a client sees it. @throws StorageError */
export async function viewOf(env: JobsEnv, spec: Spec): Promise<Job> {
  const run = await lastRun(env, spec.id);
  const index = await readIndex(env, spec.id);
  const progress = await readProgress(env, spec, run.number);
  const { answered, failed, tokens, windows, bytes } = totalsOf(progress);
  const { text_field, answer_field, question, model, input } = spec;
  return {
    ...(await summaryOf(env, spec, run)),
    format: input.format,
    text_field,
    answer_field,
    ...question,
    model,
    run: run.number,
    chunks: {
      ...(index && { total: index.chunks }),
      done: progress.done.length,
      dead: progress.dead.length,
    },
    lines: { answered, failed },
    work: { tokens, windows },
    bytes: { input: input.bytes, output: bytes },
  };
}

async function summaryOf(env: JobsEnv, spec: Spec, run?: LastRun): Promise<JobList["jobs"][number]> {
  const { id, submitted_at, input, output } = spec;
  const { ending } = run ?? (await lastRun(env, id));
  const state = ending?.state ?? ((await readIndex(env, id)) ? "running" : "indexing");
  const urls = { input: r2Url(input.bucket, input.key), output: r2Url(output.bucket, output.folder) };
  return { id, state, ...(ending?.reason && { reason: ending.reason }), submitted_at, ...urls };
}

/** A page of the list of jobs, newest first. @throws RequestFailure for an `after` that no page has given; StorageError */
export async function listJobs(env: JobsEnv, { limit = DEFAULT_JOBS_LISTED, after }: JobListQuery): Promise<JobList> {
  if (after !== undefined && !/^\d{1,13}-[0-9a-f]{32}$/.test(after))
    throw new RequestFailure({
      kind: "invalid-request",
      errors: [{ pointer: "/after", detail: "Give `next` of the page before." }],
    });
  const startAfter = after === undefined ? undefined : `${LIST}${after}`;
  const { objects, truncated } = await inTime(env.JOB_OUTPUT.list({ prefix: LIST, limit, startAfter }));
  const jobs: JobList["jobs"] = [];
  for (const { key } of objects) {
    const spec = await readSpec(env, key.slice(key.lastIndexOf("-") + 1));
    if (spec) jobs.push(await summaryOf(env, spec));
  }
  const last = objects.at(-1)?.key.slice(LIST.length);
  return { jobs, ...(truncated && last !== undefined && { next: last }) };
}
