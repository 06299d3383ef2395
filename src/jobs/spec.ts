import { LRUCache } from "lru-cache";
import type { Job } from "../http/schemas/jobs.ts";
import type { JobsEnv } from "./env.ts";
import type { InputFormat } from "./input/index.ts";
import { keysOf } from "./keys.ts";
import { readJson } from "./store.ts";

/** All that a job's output depends on, and when it was submitted. Written once, then never changed. */
export interface Spec {
  id: string;
  submitted_at: string;
  input: { bucket: string; key: string; etag: string; bytes: number; format: InputFormat; gzip: boolean };
  /** Where the answers go: a folder of this job alone. */
  output: { bucket: string; folder: string };
  text_field: string;
  answer_field: string;
  /** What is asked of each text, in the names and words of `/v1/analyze`, every option settled. */
  question: { tasks: string[]; truncation: Truncation; offsets: Offsets };
  model: Job["model"];
}

type Truncation = "truncate" | "window" | "error";
type Offsets = "utf16" | "code-points" | "utf8";

/** Jobs whose specification an isolate remembers. */
const REMEMBERED = 32;

const known = new LRUCache<string, Spec>({ max: REMEMBERED });

/** The specification of a job; undefined if there is no such job. @throws StorageError */
export async function readSpec({ JOB_OUTPUT }: JobsEnv, id: string): Promise<Spec | undefined> {
  const spec = known.get(id) ?? (await readJson<Spec>(JOB_OUTPUT, keysOf(id).spec));
  if (spec) known.set(id, spec);
  return spec;
}

/** `r2://BUCKET/KEY` */
export function r2Url(bucket: string, key: string): string {
  return `r2://${bucket}/${key}`;
}
