import { JOB_R2_LIMIT_MS } from "../job-limits.ts";
import { TIMED_OUT, within } from "../within.ts";

/** A bucket did not do what it was asked for. The message is for users. */
export class StorageError extends Error {
  override name = "StorageError";
}

/**
 * The result of a call of R2.
 *
 * @throws StorageError when it fails or takes longer than `limitMs`
 */
export async function inTime<T>(call: Promise<T>, limitMs = JOB_R2_LIMIT_MS): Promise<T> {
  const result = await within(call, limitMs).catch((cause) => {
    throw new StorageError("A bucket of the jobs has failed.", { cause });
  });
  if (result === TIMED_OUT) throw new StorageError(`A bucket of the jobs has not answered within ${limitMs} ms.`);
  return result;
}

/** The JSON of an object; undefined if there is none. @throws StorageError */
export async function readJson<T>(bucket: R2Bucket, key: string): Promise<T | undefined> {
  const read = async () => (await bucket.get(key))?.json<T>();
  return inTime(read());
}

/**
 * Puts an object that stays as it is: where there is one of that key, nothing is written.
 *
 * @param facts short strings that a listing gives
 * @returns whether there was none
 * @throws StorageError
 */
export async function putOnce(
  bucket: R2Bucket,
  key: string,
  body: string | Uint8Array | ReadableStream,
  facts: Record<string, string> = {},
  limitMs = JOB_R2_LIMIT_MS,
): Promise<boolean> {
  const onlyIf = { etagDoesNotMatch: "*" };
  return (await inTime(bucket.put(key, body, { onlyIf, customMetadata: facts }), limitMs)) !== null;
}

/** All objects whose keys begin so, in the order of their keys, with their facts. @throws StorageError */
export async function* listed(bucket: R2Bucket, prefix: string): AsyncGenerator<R2Object> {
  let cursor: string | undefined;
  do {
    const page = await inTime(bucket.list({ prefix, cursor, include: ["customMetadata"] }));
    yield* page.objects;
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
}

/** Keys that R2 deletes in one call. */
const DELETED_AT_ONCE = 1_000;

/** Deletes all objects whose keys begin so. @throws StorageError */
export async function removeAll(bucket: R2Bucket, prefix: string): Promise<void> {
  let keys: string[] = [];
  for await (const { key } of listed(bucket, prefix)) {
    keys.push(key);
    if (keys.length < DELETED_AT_ONCE) continue;
    await inTime(bucket.delete(keys));
    keys = [];
  }
  if (keys.length > 0) await inTime(bucket.delete(keys));
}
