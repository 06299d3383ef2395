import { basename } from "node:path";
import type { Job } from "../../src/http/schemas/job.ts";
import { ANSWER_LIMIT_SECONDS, inTime, TRANSFER_LIMIT_SECONDS } from "../lib/in_time.ts";
import { formatBytes, type Progress } from "../lib/progress.ts";
import { Refusal } from "../lib/refusal.ts";
import { getFile, placeOf, putFile, withJobBuckets } from "./buckets.ts";
import type { JobsService } from "./service.ts";
import { isOver, watch } from "./watch.ts";

/** The job is done, and some lines or chunks have no answer. */
const SOME_BAD = 3;

export interface Call {
  service: JobsService;
  /** The folder of the service's buckets, when they are on this machine. */
  folder: string | undefined;
  progress: Progress;
  tasks: string | undefined;
  textField: string | undefined;
  out: string | undefined;
  to: string | undefined;
}

/** What of a job's manifest.json is read here. src/jobs/manifest.ts writes it. */
interface Written {
  chunks: { key: string; etag: string }[];
  missing: number[];
  model: { version: string };
}

/** An action of the command: what it does with its argument, and the exit code. */
type Action = (argument: string, call: Call) => Promise<number>;

export const ACTIONS: Readonly<Record<string, Action>> = {
  async submit(input, { service, progress, tasks, textField, out }) {
    if (!tasks || !out) throw new Refusal("submit needs --tasks and --out; see --help.");
    const order = {
      input,
      output: out,
      tasks: tasks.split(","),
      ...(textField !== undefined && { text_field: textField }),
    };
    const { id, state, output } = await service.submit(order);
    progress.line(`${id} ${state}, output ${output}`);
    return 0;
  },
  async watch(id, { service, progress }) {
    return told(await watch(service, id, progress), progress);
  },
  async cancel(id, { service, progress }) {
    progress.line(`${id} ${(await service.cancel(id)).state}`);
    return 0;
  },
  async retry(id, { service, progress }) {
    progress.line(`${id} ${(await service.retry(id)).state}`);
    return 0;
  },
  async show(id, { service, progress }) {
    progress.line(JSON.stringify(await service.get(id), null, 2));
    return 0;
  },
  async put(path, { folder, progress, out }) {
    return withJobBuckets(folder, async (buckets) => {
      const { bucket, key, url } = placeOf(out ?? basename(path), buckets.input, buckets);
      const size = await putFile(bucket, key, path, (bytes) => progress.step(`${formatBytes(bytes)} of ${path}`));
      progress.line(`${url}: ${formatBytes(size)}`);
      return 0;
    });
  },
  async get(name, { folder, progress, to }) {
    return withJobBuckets(folder, async (buckets) => {
      const { bucket, key } = placeOf(name, buckets.output, buckets);
      const path = to ?? basename(key);
      progress.line(`${path}: ${formatBytes(await getFile(bucket, [{ key }], path))}`);
      return 0;
    });
  },
  async collect(id, { service, folder, progress, to = `${id}.ndjson` }) {
    const job = await service.get(id);
    if (!isOver(job)) throw new Refusal(`The job is ${job.state}. watch shows when it is done.`);
    return withJobBuckets(folder, async (buckets) => {
      const { bucket, key } = placeOf(`${job.output}manifest.json`, buckets.output, buckets);
      const object = await inTime(`get ${key}`, ANSWER_LIMIT_SECONDS, bucket.get(key));
      if (!object) throw new Refusal(`The job is ${job.state} and has no manifest yet.`);
      const { chunks, missing, model } = await inTime(`get ${key}`, TRANSFER_LIMIT_SECONDS, object.json<Written>());
      progress.line(`${to}: ${formatBytes(await getFile(bucket, chunks, to))}`);
      progress.line(`model ${model.version}`);
      if (missing.length > 0) progress.line(`${missing.length} chunks are missing; retry answers them.`);
      return missing.length > 0 || job.lines.failed > 0 ? SOME_BAD : 0;
    });
  },
};

/** All jobs, newest first. */
export async function listJobs({ service, progress }: Pick<Call, "service" | "progress">): Promise<void> {
  let after: string | undefined;
  do {
    const { jobs, next } = await service.list(after);
    for (const { id, state, submitted_at, input } of jobs) progress.line(`${id} ${submitted_at} ${state} ${input}`);
    after = next;
  } while (after !== undefined);
}

function told({ state, reason, lines, output }: Job, progress: Progress): number {
  if (reason !== undefined) progress.line(reason);
  if (state === "failed" || state === "cancelled") return 1;
  progress.line(output);
  return state === "finished" && lines.failed === 0 ? 0 : SOME_BAD;
}
