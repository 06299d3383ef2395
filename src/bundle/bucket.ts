import { MAX_MANIFEST_BYTES, POINTER_READ_LIMIT_MS, R2_READ_LIMIT_MS, STREAMED_PART_BYTES } from "../limits.ts";
import { TIMED_OUT, within } from "../within.ts";
import { BundleError } from "./bundle-error.ts";
import { blobKey, pointerKey } from "./keys.ts";
import type { BundleFile, Manifest } from "./manifest.ts";
import { parseManifest } from "./parse-manifest.ts";
import { type Pointer, parsePointer } from "./pointer.ts";

/**
 * The pointer of a model: which version answers, and maybe a canary.
 *
 * @throws BundleError when there is none, it names no version, or it can't be read within POINTER_READ_LIMIT_MS
 */
export async function readPointer(bucket: R2Bucket, modelId: string): Promise<Pointer> {
  const read = async () => (await bucket.get(pointerKey(modelId)))?.text();
  const text = await intime(read(), `The pointer of model "${modelId}"`, POINTER_READ_LIMIT_MS);
  if (text === undefined) throw new BundleError(`The bucket holds no model "${modelId}".`);
  return parsePointer(text, modelId);
}

/**
 * A file's bytes, checked against its SHA-256.
 *
 * @throws BundleError when the file is missing, damaged or does not arrive in time
 */
export async function readBlob(bucket: R2Bucket, file: BundleFile): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(file.bytes);
  let filled = 0;
  for await (const part of await openBlob(bucket, file)) {
    bytes.set(part, filled);
    filled += part.length;
  }
  return bytes.buffer;
}

/**
 * Opens a file whose bytes are wanted in parts as they arrive, so that a large one is never held whole. Use up each part before you
 * ask for the next: both lie in the same memory. The SHA-256 is known only after the last byte. So do not use what you made of the
 * parts before the iteration has ended.
 *
 * @param partBytes size of every part but the last
 * @throws BundleError when the file is missing; the iteration throws it when the file is damaged or a part does not arrive in time
 */
export async function openBlob(
  bucket: R2Bucket,
  file: BundleFile,
  partBytes = STREAMED_PART_BYTES,
): Promise<AsyncGenerator<Uint8Array<ArrayBuffer>>> {
  const object = await getBlob(bucket, file);
  if (object.size !== file.bytes) throw damaged(file);
  return readParts(object, file, partBytes);
}

async function* readParts({ body }: R2ObjectBody, file: BundleFile, partBytes: number) {
  const hash = new crypto.DigestStream("SHA-256");
  const writer = hash.getWriter();
  const reader = body.getReader({ mode: "byob" });
  let buffer = new ArrayBuffer(partBytes);
  let read = 0;
  try {
    for (;;) {
      const part = reader.readAtLeast(partBytes, new Uint8Array(buffer));
      const { value, done } = await intime(part, `The file ${file.name}`);
      if (done) break;
      read += value.length;
      if (read > file.bytes) throw damaged(file);
      await writer.write(value);
      yield value;
      buffer = value.buffer;
    }
  } finally {
    reader.cancel().catch(() => {}); // nobody waits for it: that of a silent connection may never settle
  }
  await writer.close();
  if (hex(await hash.digest) !== file.sha256) throw damaged(file);
}

/**
 * Reads a file to its end, holds nothing of it, and checks it against its SHA-256.
 *
 * @throws BundleError when the file is missing, damaged or does not arrive in time
 */
export async function checkBlob(bucket: R2Bucket, file: BundleFile): Promise<void> {
  const parts = await openBlob(bucket, file);
  while (!(await parts.next()).done);
}

/**
 * Bytes [offset, offset + length) of a file, unchecked.
 *
 * @throws BundleError when the file is missing or shorter, or does not arrive in time
 */
export async function readBlobRange(
  bucket: R2Bucket,
  file: BundleFile,
  offset: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const { body } = await getBlob(bucket, file, { range: { offset, length } });
  const reader = body.getReader({ mode: "byob" });
  let buffer = new ArrayBuffer(length);
  try {
    for (let filled = 0; filled < length; ) {
      const wanted = Math.min(STREAMED_PART_BYTES, length - filled);
      const part = reader.readAtLeast(wanted, new Uint8Array(buffer, filled, wanted));
      const { value } = await intime(part, `The file ${file.name}`);
      if (value?.length !== wanted) throw damaged(file);
      buffer = value.buffer;
      filled += wanted;
    }
    return new Uint8Array(buffer);
  } finally {
    reader.cancel().catch(() => {}); // as above
  }
}

/**
 * The manifest of the given version.
 *
 * @throws BundleError when it is missing, damaged, of another format or makes no sense
 */
export async function readManifest(bucket: R2Bucket, version: string): Promise<Manifest> {
  const name = `manifest.json of version ${version}`;
  const { size, body } = await getBlob(bucket, { name, sha256: version });
  if (size > MAX_MANIFEST_BYTES) throw new BundleError(`The manifest of version ${version} has ${size} bytes.`);
  const bytes = await intime(new Response(body).arrayBuffer(), `The file ${name}`);
  if ((await sha256Hex(bytes)) !== version) throw damaged({ name });
  return parseManifest(new TextDecoder().decode(bytes));
}

/** Lower-case hexadecimal SHA-256. */
export async function sha256Hex(bytes: ArrayBuffer | Uint8Array): Promise<string> {
  return hex(await crypto.subtle.digest("SHA-256", bytes));
}

async function getBlob(
  bucket: R2Bucket,
  { name, sha256 }: Pick<BundleFile, "name" | "sha256">,
  options: R2GetOptions = {},
): Promise<R2ObjectBody> {
  const object = await intime(bucket.get(blobKey(sha256), options), `The file ${name}`);
  if (!object) throw new BundleError(`The bucket lacks the file ${name}.`);
  return object;
}

/**
 * The value of a read from the bucket.
 *
 * @param what is being read, at the beginning of a sentence
 * @throws BundleError when the read fails or takes longer than `limitMs`
 */
async function intime<T>(read: Promise<T>, what: string, limitMs = R2_READ_LIMIT_MS): Promise<T> {
  const value = await within(read, limitMs).catch((cause) => {
    throw new BundleError(`${what} could not be read.`, { cause });
  });
  if (value === TIMED_OUT) throw new BundleError(`${what} could not be read within ${limitMs} ms.`);
  return value;
}

function damaged({ name }: Pick<BundleFile, "name">): BundleError {
  return new BundleError(`The file ${name} is damaged.`);
}

/** Lower-case hexadecimal. */
function hex(bytes: ArrayBuffer | Uint8Array): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
