import { MAX_MANIFEST_BYTES, POINTER_READ_LIMIT_MS, R2_READ_LIMIT_MS, STREAMED_PART_BYTES } from "../limits.ts";
import { TIMED_OUT, within } from "../within.ts";
import { BundleError } from "./bundle-error.ts";
import { type ByteRange, findCopy, trying, withoutBadCopies } from "./copies.ts";
import { blobKey, pointerKey } from "./keys.ts";
import type { BundleFile, Manifest } from "./manifest.ts";
import { parseManifest } from "./parse-manifest.ts";
import { type Pointer, parsePointer } from "./pointer.ts";

/**
 * The pointer of a model: the current version, and a canary if there is one.
 *
 * @throws BundleError if there is no pointer, if it names no version, or if it can't be read within POINTER_READ_LIMIT_MS
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
export function readBlob(bucket: R2Bucket, file: BundleFile): Promise<ArrayBuffer> {
  return withoutBadCopies(async () => {
    const bytes = new Uint8Array(file.bytes);
    let filled = 0;
    for await (const part of await openBlob(bucket, file)) {
      bytes.set(part, filled);
      filled += part.length;
    }
    return bytes.buffer;
  });
}

/**
 * Opens a file that is read in parts as they arrive, so that a large file is never in memory as a whole. Finish with each part before you
 * ask for the next: both use the same memory. The SHA-256 is known only after the last byte. So do not use results from the
 * parts before the iteration has ended.
 *
 * @param partBytes size of every part but the last
 * @throws BundleError when the file is missing; the iteration throws it when the file is damaged or a part does not arrive in time, and
 *   BadCopy when that was a copy
 */
export async function openBlob(
  bucket: R2Bucket,
  file: BundleFile,
  partBytes = STREAMED_PART_BYTES,
): Promise<AsyncGenerator<Uint8Array<ArrayBuffer>>> {
  const object = await getBlob(bucket, file);
  return object.isCopy ? copiedParts(object, file, partBytes) : readParts(object, file, partBytes);
}

async function* copiedParts(copy: Blob, file: BundleFile, partBytes: number) {
  const parts = readParts(copy, file, partBytes);
  try {
    for (;;) {
      const { value, done } = await trying(file, file.name, () => parts.next());
      if (done) return;
      yield value;
    }
  } finally {
    await parts.return();
  }
}

async function* readParts({ size, body }: Blob, file: BundleFile, partBytes: number) {
  if (size !== file.bytes) throw damaged(file);
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
    reader.cancel().catch(() => {}); // not awaited: on a silent connection it may never settle
  }
  await writer.close();
  if (hex(await hash.digest) !== file.sha256) throw damaged(file);
}

/**
 * Reads a file to its end and checks its SHA-256. It keeps nothing of the file.
 *
 * @throws BundleError when the file is missing, damaged or does not arrive in time
 */
export function checkBlob(bucket: R2Bucket, file: BundleFile): Promise<void> {
  return withoutBadCopies(async () => {
    const parts = await openBlob(bucket, file);
    while (!(await parts.next()).done);
  });
}

/**
 * Bytes [offset, offset + length) of a file.
 *
 * @param check throws a BundleError when they are not right
 * @throws BundleError when the file is missing, shorter or not right, or does not arrive in time
 */
export function readBlobRange(
  bucket: R2Bucket,
  file: BundleFile,
  range: ByteRange,
  check: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>,
): Promise<Uint8Array<ArrayBuffer>> {
  return withoutBadCopies(async () => {
    const blob = await getBlob(bucket, file, range);
    const read = async () => {
      const bytes = await readRange(blob, file, range);
      await check(bytes);
      return bytes;
    };
    return blob.isCopy ? trying(file, file.name, read) : read();
  });
}

async function readRange({ body }: Blob, file: BundleFile, { length }: ByteRange): Promise<Uint8Array<ArrayBuffer>> {
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
 * @throws BundleError if it is missing, damaged, inconsistent or of another format
 */
export async function readManifest(bucket: R2Bucket, version: string): Promise<Manifest> {
  const file = { name: `manifest.json of version ${version}`, sha256: version };
  const bytes = await withoutBadCopies(async () => {
    const { isCopy, size, body } = await getBlob(bucket, file);
    const read = async () => {
      if (size > MAX_MANIFEST_BYTES) throw new BundleError(`The manifest of version ${version} has ${size} bytes.`);
      const whole = await intime(new Response(body).arrayBuffer(), `The file ${file.name}`);
      if ((await sha256Hex(whole)) !== version) throw damaged(file);
      return whole;
    };
    return isCopy ? trying(file, file.name, read) : read();
  });
  return parseManifest(new TextDecoder().decode(bytes));
}

/** Lower-case hexadecimal SHA-256. */
export async function sha256Hex(bytes: ArrayBuffer | Uint8Array): Promise<string> {
  return hex(await crypto.subtle.digest("SHA-256", bytes));
}

/** A file's bytes, or some of them, from the data centre's cache or the bucket. */
interface Blob {
  isCopy: boolean;
  /** Of the whole file, unless a range of a copy was asked for. */
  size: number;
  body: ReadableStream<Uint8Array>;
}

async function getBlob(
  bucket: R2Bucket,
  { name, sha256 }: Pick<BundleFile, "name" | "sha256">,
  range?: ByteRange,
): Promise<Blob> {
  const copy = await findCopy({ sha256 }, range);
  if (copy) return { isCopy: true, ...copy };
  const object = await intime(bucket.get(blobKey(sha256), range && { range }), `The file ${name}`);
  if (!object) throw new BundleError(`The bucket lacks the file ${name}.`);
  return { isCopy: false, size: object.size, body: object.body };
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

/** Two digits for each byte: every answer has a hash in its ETag, and this takes a tenth of the time that padStart takes. */
const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Lower-case hexadecimal. */
function hex(bytes: ArrayBuffer): string {
  let digits = "";
  for (const byte of new Uint8Array(bytes)) digits += DIGITS[byte];
  return digits;
}
