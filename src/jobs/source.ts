import { JOB_CHUNK_BYTES } from "../job-limits.ts";
import { MAX_LINE_BYTES } from "../limits.ts";
import type { JobsEnv } from "./env.ts";
import { type ByteSource, InputError } from "./input/index.ts";
import { keysOf } from "./keys.ts";
import type { Spec } from "./spec.ts";
import { inTime, StorageError } from "./store.ts";

/** Reads of up to so many bytes are held: they then have one deadline, and what reads them may take its time. */
const HELD_BYTES = JOB_CHUNK_BYTES + 4 * MAX_LINE_BYTES;

/** A job's input, or of a compressed one the decompressed piece of a chunk. */
export function sourceOf(
  { JOB_INPUT, JOB_OUTPUT }: JobsEnv,
  { id, input }: Spec,
  chunk: { index: number; end: number },
) {
  if (input.gzip) return objectSource(JOB_OUTPUT, keysOf(id).piece(chunk.index), chunk.end);
  return objectSource(JOB_INPUT, input.key, input.bytes, input.etag);
}

/** The whole object of a job's input, as it is stored. */
export function inputOf({ JOB_INPUT }: JobsEnv, { input }: Spec): ByteSource {
  return objectSource(JOB_INPUT, input.key, input.bytes, input.etag);
}

/** @param etag what the object must still have; a piece has none, since it is written once */
function objectSource(bucket: R2Bucket, key: string, size: number, etag?: string): ByteSource {
  return {
    size,
    async read(start, end) {
      const range = { offset: start, length: end - start };
      const get = async () => {
        const object = await bucket.get(key, etag === undefined ? { range } : { range, onlyIf: { etagMatches: etag } });
        if (!object || !("body" in object)) return undefined;
        if (range.length > HELD_BYTES) return object.body;
        const bytes = await object.bytes();
        if (bytes.length !== range.length) throw new StorageError("A bucket of the jobs gave too few bytes.");
        return new Response(bytes).body as ReadableStream<Uint8Array>;
      };
      const body = await inTime(get());
      if (!body) throw new InputError("The input was changed or removed after the job was submitted.");
      return body;
    },
  };
}
