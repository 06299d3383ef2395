import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll } from "vitest";
import type { TestHarnessOptions } from "wrangler";
import { JOBS_WORKER as JOBS, jobsWorkers } from "../../scripts/lib/jobs_workers.ts";
import { seed } from "../../scripts/seed.ts";
import type { Job, JobList, JobOrder } from "../../src/http/schemas/jobs.ts";
import type { JobManifest } from "../../src/jobs/manifest.ts";
import { BUNDLE, startService } from "../integration/service.ts";

export const KEY = "key-of-the-jobs";

/** `JOBS=all` takes 20,000 rows in place of few: a quarter of an hour for all formats, more than an hour for all faults. */
export const IS_ALL = process.env.JOBS === "all";

/** How long a job of so many rows may take. */
export const limitMsOf = (rows: number) => 100 * rows + 60_000;
const AUTHORIZATION = { Authorization: `Bearer ${KEY}` };

interface JobsOptions {
  /** The entry of the Worker of the jobs, in place of src/jobs/index.ts. */
  main?: string;
  /** In place of those of `[env.jobs]`. */
  vars?: Record<string, string>;
  /** Whether the pages are served too. scripts/build_assets.ts must have built them. */
  pages?: boolean;
}

/** The service with AUTH on, and the Worker of the jobs behind it: real Queues, R2 and Workflows of a workerd of their own. */
export function startJobs({ main, vars = {}, pages = false }: JobsOptions = {}) {
  const service = startService({ seeded: false, workers: workersOf(main, vars, pages) });
  const env = async () =>
    (await service.worker(JOBS).getEnv()) as unknown as { MODELS: R2Bucket; JOB_INPUT: R2Bucket; JOB_OUTPUT: R2Bucket };
  beforeAll(async () => {
    // Each Worker has the bucket of models under its own binding, and both are the same one.
    await seed((await env()).MODELS as never, BUNDLE);
  });

  const ask = (path: string, init: RequestInit = {}) =>
    service.get(`/v1/jobs${path}`, { ...init, headers: { ...AUTHORIZATION, ...init.headers } });
  const jobOf = async (response: { status: number; json(): Promise<unknown> }) => {
    const body = await response.json();
    if (response.status >= 300) throw new Error(JSON.stringify(body));
    return body as Job;
  };
  const jobs = {
    post: (body: unknown) =>
      ask("", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
    ask,
    /** Sends an order until it is taken: a bucket that fails is told by a 503. */
    async submit(order: JobOrder): Promise<Job> {
      for (;;) {
        const response = await jobs.post(order);
        if (response.status !== 503) return jobOf(response);
        await response.text();
      }
    },
    get: async (id: string) => jobOf(await ask(`/${id}`)),
    cancel: async (id: string) => jobOf(await ask(`/${id}`, { method: "DELETE" })),
    retry: async (id: string) => jobOf(await ask(`/${id}/retry`, { method: "POST" })),
    list: async (query = "") => (await (await ask(query)).json()) as JobList,
    /** Whether a job is in none of the states of work. Not over HTTP: a fault that is meant for the job would meet the question. */
    async hasEnded(id: string): Promise<boolean> {
      const runs = await (await env()).JOB_OUTPUT.list({ prefix: `jobs/by-id/${id}/runs/` });
      return runs.objects.at(-1)?.key.endsWith(".begun") === false;
    },
    /** Waits until a job has ended. */
    async ended(id: string): Promise<Job> {
      while (!(await jobs.hasEnded(id))) await sleep(100);
      return jobs.get(id);
    },
    put: async (key: string, content: string | Uint8Array) => (await env()).JOB_INPUT.put(key, content as never),
    /** A job's manifest, and its chunks joined. */
    async output(job: Job) {
      const { JOB_OUTPUT } = await env();
      const folder = job.output.slice("r2://labels/".length);
      const text = await (await JOB_OUTPUT.get(`${folder}manifest.json`))?.text();
      const manifest = JSON.parse(text as string) as JobManifest;
      const chunks: string[] = [];
      for (const { key } of manifest.chunks) chunks.push((await (await JOB_OUTPUT.get(key))?.text()) as string);
      return { text: text as string, manifest, chunks, lines: chunks.join("").split("\n").slice(0, -1) };
    },
  };
  /** What the API answers to lines, without their numbers. */
  const stream = async (texts: readonly string[], query: string): Promise<string[]> => {
    const response = await service.get(`/v1/analyze/stream?${query}`, {
      method: "POST",
      headers: { ...AUTHORIZATION, "Content-Type": "application/x-ndjson" },
      body: texts.map((text) => `${JSON.stringify({ text })}\n`).join(""),
    });
    const lines = (await response.text()).trimEnd().split("\n");
    return lines.map((line) => line.replace(/^\{"line":\d+,/, "{"));
  };
  return { ...service, jobs, stream, env };
}

function workersOf(
  main: string | undefined,
  vars: Record<string, string>,
  pages: boolean,
): TestHarnessOptions["workers"] {
  const { api, jobs } = jobsWorkers(createHash("sha256").update(KEY).digest("hex"), ".");
  const { assets, build: _, ...rest } = api;
  // Each attempt waits twice as long as the one before: three of them take seven seconds.
  const consumers = jobs.queues?.consumers?.map((each) => ({
    ...each,
    max_retries: Math.min(3, each.max_retries ?? 3),
  }));
  const queues = { ...jobs.queues, consumers };
  return [
    { config: { ...rest, ...(pages && { assets }) } },
    { config: { ...jobs, ...(main && { main }), queues, vars: { ...jobs.vars, ...vars } } },
  ] as TestHarnessOptions["workers"];
}
