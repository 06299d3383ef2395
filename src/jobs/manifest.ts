import type { JobsEnv } from "./env.ts";
import { answerKeysOf } from "./keys.ts";
import { missingOf, type Progress, totalsOf } from "./progress.ts";
import { r2Url, type Spec } from "./spec.ts";
import { inTime } from "./store.ts";

/** `manifest.json` of a job: what was answered by what. It depends on nothing else, so equal jobs have equal manifests. */
export interface JobManifest {
  job: string;
  input: { url: string; etag: string; bytes: number; format: string };
  text_field: string;
  answer_field: string;
  tasks: string[];
  truncation: string;
  offsets: string;
  model: Spec["model"];
  /** Sums over all chunks. */
  lines: { answered: number; failed: number };
  work: { tokens: number; windows: number };
  /** In the order of the input. Joined they have a line for each of its rows. */
  chunks: { key: string; etag: string; bytes: number; answered: number; failed: number }[];
  /** Indexes of chunks that no attempt could answer. */
  missing: number[];
}

/** Writes a job's manifest, in place of that of an earlier run. @throws StorageError */
export async function writeManifest(
  { JOB_OUTPUT }: JobsEnv,
  spec: Spec,
  progress: Progress,
  chunks: number,
): Promise<void> {
  const { answered, failed, tokens, windows } = totalsOf(progress);
  const { bucket, key, etag, bytes, format, gzip } = spec.input;
  const manifest: JobManifest = {
    job: spec.id,
    input: { url: r2Url(bucket, key), etag, bytes, format: gzip ? `${format}.gz` : format },
    text_field: spec.text_field,
    answer_field: spec.answer_field,
    ...spec.question,
    model: spec.model,
    lines: { answered, failed },
    work: { tokens, windows },
    chunks: progress.done.map(({ key, etag, bytes, answered, failed }) => ({ key, etag, bytes, answered, failed })),
    missing: missingOf(progress, chunks),
  };
  const put = JOB_OUTPUT.put(answerKeysOf(spec.output.folder).manifest, JSON.stringify(manifest, null, 2), {
    httpMetadata: { contentType: "application/json" },
  });
  await inTime(put);
}
