import { BundleError } from "../bundle/bundle-error.ts";
import { blobKey } from "../bundle/keys.ts";
import type { BundleFile } from "../bundle/manifest.ts";
import { streamParts } from "../stream-parts.ts";

/** Bytes [offset, offset + length) of a file. */
interface Range {
  offset: number;
  length: number;
}

type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * A bundle's folder, in the file system or behind HTTP, as the bucket that the runtime reads. A file's key is made from its SHA-256.
 *
 * @param folder `file:`, `http:` or `https:`, with a slash at its end
 */
export function folderBucket(folder: URL, files: readonly BundleFile[]): R2Bucket {
  const names = new Map(files.map((file) => [blobKey(file.sha256), file]));
  const get = async (key: string, { range }: { range?: Range } = {}) => {
    const file = names.get(key);
    if (!file) return null;
    const wanted = range ?? { offset: 0, length: file.bytes };
    const body = reading(await readFile(new URL(file.name, folder), range));
    return { size: wanted.length, body };
  };
  return { get } as unknown as R2Bucket;
}

/** A file's parts as they arrive. @throws BundleError if there is no such file */
export async function readFile(url: URL, range?: Range): Promise<Bytes> {
  if (url.protocol === "file:") return [await readLocally(url, range)];
  const headers: Record<string, string> = range
    ? { Range: `bytes=${range.offset}-${range.offset + range.length - 1}` }
    : {};
  const response = await fetch(url.href, { headers });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new BundleError(`${url.href} answers ${response.status}.`);
  }
  const parts = streamParts(response.body);
  return range && response.status !== 206 ? cut(parts, range) : parts;
}

async function readLocally(url: URL, range: Range | undefined): Promise<Uint8Array> {
  const { process } = globalThis;
  const path = process.getBuiltinModule("node:url").fileURLToPath(url.href);
  const { open, readFile } = process.getBuiltinModule("node:fs/promises");
  const read = async () => {
    if (!range) return readFile(path);
    const file = await open(path); // the word table is read in many parts, some at the same time
    try {
      const { buffer, bytesRead } = await file.read(new Uint8Array(range.length), 0, range.length, range.offset);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  };
  return read().catch((cause: unknown) => {
    throw new BundleError(`${url.href} could not be read.`, { cause });
  });
}

/** The requested range, cut from a response with the whole file. */
async function* cut(parts: Bytes, { offset, length }: Range): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const part of parts) {
    const inside = part.subarray(Math.max(0, offset - at), Math.max(0, offset + length - at));
    at += part.length;
    if (inside.length > 0) yield inside;
    if (at >= offset + length) return;
  }
}

/** The part of an R2 object's body that the runtime uses: a reader that fills a view before it returns. */
function reading(parts: Bytes) {
  const iterator = Symbol.asyncIterator in parts ? parts[Symbol.asyncIterator]() : parts[Symbol.iterator]();
  let rest = new Uint8Array();
  async function readAtLeast(least: number, view: Uint8Array<ArrayBuffer>) {
    let filled = 0;
    while (filled < least) {
      if (rest.length === 0) {
        const { done, value } = await iterator.next();
        if (done) break;
        rest = value as Uint8Array<ArrayBuffer>;
      }
      const some = rest.subarray(0, view.length - filled);
      view.set(some, filled);
      filled += some.length;
      rest = rest.subarray(some.length);
    }
    return { done: filled === 0, value: view.subarray(0, filled) };
  }
  return { getReader: () => ({ readAtLeast, cancel: async () => void (await iterator.return?.()) }) };
}
