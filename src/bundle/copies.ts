import { CACHE_API_MAX_AGE_SECONDS, CACHE_READ_LIMIT_MS } from "../limits.ts";
import { TIMED_OUT, within } from "../within.ts";
import { BundleError } from "./bundle-error.ts";
import { blobKey } from "./keys.ts";

/** Bytes `offset` to `offset + length - 1`. */
export interface ByteRange {
  offset: number;
  length: number;
}

/** A file of a bundle, by its content. */
type Blob = Readonly<{ sha256: string }>;

/** A copy was damaged. It has been deleted, so that the next attempt reads the bucket. */
class BadCopy extends BundleError {}

/** Blobs without a copy that were read from the bucket. They must still be copied. */
const uncopied = new Set<string>();

/** The Cache API's key of a blob. The Cache API accepts only URLs. */
function urlOf({ sha256 }: Blob): string {
  return `https://blobs.bertweet-edge.invalid/${sha256}`;
}

/**
 * The copy of a blob in this data centre's cache (Cache API), if there is one. A copy may be damaged, like a file in the bucket:
 * the caller checks its hash.
 *
 * @param range bytes of the file; by default all
 */
export async function findCopy(
  blob: Blob,
  range?: ByteRange,
): Promise<{ size: number; body: ReadableStream<Uint8Array> } | undefined> {
  const headers: HeadersInit = range ? { Range: `bytes=${range.offset}-${range.offset + range.length - 1}` } : {};
  const request = new Request(urlOf(blob), { headers });
  const found = await within(caches.default.match(request), CACHE_READ_LIMIT_MS).catch(() => undefined); // the bucket has it too
  const isWhole = found && found !== TIMED_OUT && found.body && found.status === (range ? 206 : 200);
  if (isWhole) return { size: Number(found.headers.get("Content-Length")), body: found.body };
  uncopied.add(blob.sha256);
  return undefined;
}

/**
 * Runs `use`, which reads and checks a copy. If it fails for any reason, the copy is deleted.
 *
 * @param name of the file
 * @throws BadCopy
 */
export async function trying<T>(copy: Blob, name: string, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (cause) {
    await caches.default.delete(urlOf(copy)).catch(() => {}); // if this fails, the next attempt finds the bad copy again
    uncopied.add(copy.sha256);
    throw new BadCopy(`The copy of the file ${name} is no good.`, { cause });
  }
}

/** Repeats work that failed because of bad copies, which are deleted by then. */
export async function withoutBadCopies<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BadCopy)) throw error;
    return work();
  }
}

async function isCopied(blob: Blob): Promise<boolean> {
  const found = await caches.default.match(urlOf(blob));
  await found?.body?.cancel();
  return found !== undefined;
}

/**
 * Copies the blobs that this isolate read from the bucket into the data centre's cache, for later isolates. Each blob is
 * read once more and streamed, so it is never in memory and no load waits for it. It stops if the cache keeps nothing, as on workers.dev.
 */
export async function keepCopies(bucket: R2Bucket): Promise<void> {
  for (const sha256 of uncopied) {
    uncopied.delete(sha256);
    const object = await bucket.get(blobKey(sha256));
    if (!object) continue;
    const { readable, writable } = new FixedLengthStream(object.size);
    const headers = { "Cache-Control": `max-age=${CACHE_API_MAX_AGE_SECONDS}` };
    const copied = caches.default.put(urlOf({ sha256 }), new Response(readable, { headers }));
    await Promise.all([object.body.pipeTo(writable), copied]);
    if (!(await isCopied({ sha256 }))) uncopied.clear();
  }
}
