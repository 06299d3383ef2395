import { sha256Hex } from "../bundle/bucket.ts";
import { RequestFailure } from "../errors.ts";
import { analysis } from "../http/answers/analysis.ts";
import type { JobOrder } from "../http/schemas/jobs.ts";
import { MAX_JOB_INPUT_BYTES, MAX_JOB_SCANNED_BYTES } from "../job-limits.ts";
import { engineOf } from "../runtime/engines.ts";
import { currentBundle, type Host } from "../runtime/versions/index.ts";
import type { JobsEnv } from "./env.ts";
import { ENDINGS, formatOf } from "./input/index.ts";
import { keysOf, listKey, RESERVED } from "./keys.ts";
import { beginRun, lastRun } from "./runs.ts";
import { retentionSeconds } from "./settings.ts";
import { readSpec, type Spec } from "./spec.ts";
import { inTime, putOnce, StorageError } from "./store.ts";

const ID_DIGITS = 32;

/**
 * Begins a job, or finds it: its id is a hash of all that its output depends on. What an interrupted submission has left out is done.
 *
 * @throws RequestFailure when the order can't be carried out; StorageError
 */
export async function submit(env: JobsEnv, host: Host, order: JobOrder): Promise<{ spec: Spec; created: boolean }> {
  const ordered = await specOf(env, host, order);
  const keys = keysOf(ordered.id);
  const created = await putOnce(env.JOB_OUTPUT, keys.spec, JSON.stringify(ordered));
  const spec = created ? ordered : await readSpec(env, ordered.id);
  if (!spec) throw new StorageError("The specification of a job was removed.");
  await putOnce(env.JOB_OUTPUT, listKey(spec.submitted_at, spec.id), "");
  const { number, ending } = await lastRun(env, spec.id);
  if (!ending) await beginRun(env, spec.id, Math.max(1, number));
  return { spec, created };
}

async function specOf(env: JobsEnv, host: Host, order: JobOrder): Promise<Spec> {
  retentionSeconds(env); // what is wrong with it should not come out at the end
  const { text_field = "text", answer_field = "answer", tasks, truncation, offsets } = order;
  if (answer_field === "line") throw invalid("/answer_field", "A line that is no row is kept in the field line.");
  const input = await inputOf(env, order);
  const folder = keyIn(order.output, env.OUTPUT_BUCKET, "/output");
  if (folder !== "" && !folder.endsWith("/")) throw invalid("/output", "The folder must end with a slash.");
  if (folder.startsWith(RESERVED)) throw invalid("/output", `No output may begin with ${RESERVED}.`);

  const bundle = await currentBundle(env, host, order.model);
  const asked = { ...(truncation && { truncation }), ...(offsets && { offsets }), ...(tasks && { tasks }) };
  const { options } = analysis.settle(bundle.manifest, { input: { text: "" }, options: asked, pointer: "" });
  const settled = options as Spec["question"] & { tasks: object };
  const { version, manifest } = bundle;
  const depends = {
    input,
    text_field,
    answer_field,
    question: { tasks: Object.keys(settled.tasks), truncation: settled.truncation, offsets: settled.offsets },
    model: { id: manifest.id, version, engine: engineOf(env, bundle) },
  };
  const bytes = new TextEncoder().encode(JSON.stringify([depends, env.OUTPUT_BUCKET, folder]));
  const id = (await sha256Hex(bytes)).slice(0, ID_DIGITS);
  const submitted_at = new Date().toISOString();
  return { id, submitted_at, ...depends, output: { bucket: env.OUTPUT_BUCKET, folder: `${folder}${id}/` } };
}

async function inputOf(env: JobsEnv, order: JobOrder): Promise<Spec["input"]> {
  const key = keyIn(order.input, env.INPUT_BUCKET, "/input");
  const byName = formatOf(key);
  const format = order.format ?? byName?.format;
  if (!format)
    throw invalid("/format", `The name of the input does not end in ${ENDINGS.join(", ")}, or in one of them and gz.`);
  const gzip = /\.gz$/i.test(key);
  if (gzip && format === "parquet") throw invalid("/format", "A Parquet file is not compressed as a whole.");
  const object = await inTime(env.JOB_INPUT.head(key));
  if (!object) throw new RequestFailure({ kind: "input-not-found" });
  const limit = gzip || format === "csv" ? MAX_JOB_SCANNED_BYTES : MAX_JOB_INPUT_BYTES;
  if (object.size > limit) throw new RequestFailure({ kind: "input-too-large", limit });
  return { bucket: env.INPUT_BUCKET, key, etag: object.etag, bytes: object.size, format, gzip };
}

/** The key of `r2://BUCKET/KEY`. @throws RequestFailure when it is in another bucket than the Worker has */
function keyIn(url: string, bucket: string, pointer: string): string {
  const [, named, key = ""] = /^r2:\/\/([^/]+)\/(.*)$/su.exec(url) ?? [];
  if (named !== bucket) throw invalid(pointer, `The service has the bucket ${bucket} here, and no other.`);
  return key;
}

function invalid(pointer: string, detail: string): RequestFailure {
  return new RequestFailure({ kind: "invalid-request", errors: [{ pointer, detail }] });
}
