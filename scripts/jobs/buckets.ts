import { createWriteStream } from "node:fs";
import { mkdtemp, open, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { R2Bucket } from "@cloudflare/workers-types";
import { connected } from "../lib/buckets.ts";
import { ANSWER_LIMIT_SECONDS, inTime, TRANSFER_LIMIT_SECONDS } from "../lib/in_time.ts";
import { Refusal } from "../lib/refusal.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Parts of a multipart upload: at least 5 MiB, and all but the last equal (R2's limits). 10,000 of these are 156 GiB. */
const PART_BYTES = 16 * 2 ** 20;
const MAX_PARTS = 10_000;

/** An entry of `r2_buckets` in wrangler.toml. */
interface Entry {
  binding: string;
  bucket_name?: string;
}

/** The buckets of the jobs by their names. */
type Buckets = ReadonlyMap<string, R2Bucket>;

export interface JobBuckets {
  all: Buckets;
  /** Name of the bucket that jobs read from. */
  input: string;
  /** Name of the bucket that they write to. */
  output: string;
}

/**
 * Opens the buckets of `[env.jobs]` in wrangler.toml, passes them to `use`, and closes them.
 *
 * @param persistTo the folder of wrangler dev's buckets on this machine; undefined for those of the account
 */
export async function withJobBuckets<T>(
  persistTo: string | undefined,
  use: (buckets: JobBuckets) => Promise<T>,
): Promise<T> {
  const local = persistTo !== undefined;
  process.env.WRANGLER_LOG ??= "none"; // wrangler's notes would stand between those of the command
  if (!local) process.env.CI ??= "true"; // else it opens a browser to log in
  const { experimental_readRawConfig, getPlatformProxy } = await import("wrangler");
  const { rawConfig } = experimental_readRawConfig({ config: join(ROOT, "wrangler.toml") });
  const { account_id, compatibility_date, env = {} } = rawConfig;
  const declared: readonly Entry[] = env.jobs?.r2_buckets ?? [];
  const entries = declared.filter(({ binding }) => binding !== "MODELS");
  const names = Object.fromEntries(entries.map(({ binding, bucket_name }) => [binding, String(bucket_name)]));
  const { JOB_INPUT: input, JOB_OUTPUT: output } = names;
  if (!input || !output)
    throw new Refusal("wrangler.toml has no [env.jobs] with the buckets JOB_INPUT and JOB_OUTPUT.");

  const folder = await mkdtemp(join(tmpdir(), "job-buckets-"));
  const configPath = join(folder, "wrangler.json");
  const r2_buckets = entries.map((entry) => ({ ...entry, ...(!local && { remote: true }) }));
  await writeFile(configPath, JSON.stringify({ name: "job-buckets", account_id, compatibility_date, r2_buckets }));
  try {
    const persist = local && { path: join(persistTo, "v3") };
    const connection = getPlatformProxy<Record<string, R2Bucket>>({ configPath, persist, remoteBindings: !local });
    const proxy = await connected(connection, {
      bucket: `${local ? "local" : "remote"} bucket ${input}`,
      instead: " --persist-to names a folder of local buckets.",
    });
    try {
      const all = new Map(entries.map(({ binding }) => [names[binding] as string, proxy.env[binding] as R2Bucket]));
      return await use({ all, input, output });
    } finally {
      await proxy.dispose();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A bucket and a key from `r2://BUCKET/KEY`, or from a key of `usual`. @throws Refusal when there is no such bucket */
export function placeOf(
  name: string,
  usual: string,
  { all }: JobBuckets,
): { bucket: R2Bucket; key: string; url: string } {
  const [, named = usual, key = name] = /^r2:\/\/([^/]*)\/(.+)$/su.exec(name) ?? [];
  const bucket = all.get(named);
  if (!bucket) throw new Refusal(`There is no bucket ${named}, but ${[...all.keys()].join(" and ")}.`);
  return { bucket, key, url: `r2://${named}/${key}` };
}

/**
 * Puts a file into a bucket, a large one in parts.
 *
 * @returns its size in bytes
 * @throws Refusal when the file can't be read, or the bucket fails or takes too long
 */
export async function putFile(bucket: R2Bucket, key: string, path: string, tell: (bytes: number) => void) {
  const file = await open(path).catch((cause: Error) => {
    throw new Refusal(cause.message, { cause });
  });
  try {
    const { size } = await file.stat();
    const parts = Math.ceil(size / PART_BYTES);
    if (parts > MAX_PARTS) throw new Refusal(`${path} has ${size} bytes; ${PART_BYTES * MAX_PARTS} can be put.`);
    const part = async (at: number) => {
      const bytes = new Uint8Array(Math.min(PART_BYTES, size - at));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, at);
      if (bytesRead < bytes.length) throw new Refusal(`${path} got shorter while it was read.`);
      return bytes;
    };
    const call = `put ${key}`;
    if (parts <= 1) await inTime(call, TRANSFER_LIMIT_SECONDS, bucket.put(key, await part(0)));
    else {
      const upload = await inTime(call, ANSWER_LIMIT_SECONDS, bucket.createMultipartUpload(key));
      try {
        const uploaded: Awaited<ReturnType<typeof upload.uploadPart>>[] = [];
        for (let number = 1; number <= parts; number++) {
          const put = upload.uploadPart(number, await part((number - 1) * PART_BYTES));
          uploaded.push(await inTime(`${call}, part ${number}`, TRANSFER_LIMIT_SECONDS, put));
          tell(Math.min(size, number * PART_BYTES));
        }
        await inTime(call, ANSWER_LIMIT_SECONDS, upload.complete(uploaded));
      } catch (error) {
        await inTime(call, ANSWER_LIMIT_SECONDS, upload.abort()).catch(() => {}); // what failed first is told
        throw error;
      }
    }
    return size;
  } finally {
    await file.close();
  }
}

/**
 * Writes objects into a file, one behind the other. The file appears when it is whole.
 *
 * @param objects their keys, with the etag that each must have
 * @throws Refusal when one is missing or is another one, or the bucket fails or takes too long
 */
export async function getFile(bucket: R2Bucket, objects: readonly { key: string; etag?: string }[], path: string) {
  const unfinished = `${path}.part`;
  let size = 0;
  async function* bytes() {
    for (const { key, etag } of objects) {
      const call = `get ${key}`;
      const object = await inTime(call, ANSWER_LIMIT_SECONDS, bucket.get(key));
      if (!object) throw new Refusal(`The bucket has no ${key}.`);
      if (etag !== undefined && object.etag !== etag)
        throw new Refusal(`${key} is not the object that the job has written.`);
      size += object.size;
      const reader = object.body.getReader();
      for (;;) {
        const { done, value } = await inTime(call, ANSWER_LIMIT_SECONDS, reader.read());
        if (done) break;
        yield value as Uint8Array;
      }
    }
  }
  try {
    await pipeline(Readable.from(bytes()), createWriteStream(unfinished));
    await rename(unfinished, path);
  } catch (cause) {
    await rm(unfinished, { force: true });
    if (cause instanceof Refusal) throw cause;
    throw new Refusal((cause as Error).message, { cause });
  }
  return size;
}
