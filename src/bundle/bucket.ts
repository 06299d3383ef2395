import { STREAMED_PART_BYTES } from "../limits.ts";
import { BundleError } from "./bundle-error.ts";
import { blobKey, pointerKey } from "./keys.ts";
import { type Manifest, manifestSchema } from "./manifest.ts";

/**
 * The SHA-256 (hex) of the model's current manifest: its version.
 *
 * @throws BundleError when no model of that id was seeded
 */
export async function readPointer(bucket: R2Bucket, modelId: string): Promise<string> {
  const pointer = await bucket.get(pointerKey(modelId));
  if (!pointer) throw new BundleError(`The bucket holds no model "${modelId}".`);
  const sha256 = (await pointer.text()).trim();
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new BundleError(`The pointer of model "${modelId}" is no SHA-256.`);
  return sha256;
}

/**
 * A file's bytes, checked against the SHA-256 that names it.
 *
 * @throws BundleError when the file is not there or is not what its name says
 */
export async function readBlob(bucket: R2Bucket, sha256: string): Promise<ArrayBuffer> {
  const bytes = await (await getBlob(bucket, sha256)).arrayBuffer();
  if ((await sha256Hex(bytes)) !== sha256) throw damaged(sha256);
  return bytes;
}

/**
 * Asks for a file whose bytes are wanted in parts as they arrive, so that a large one is never held whole. Each part lies in the memory
 * of the one before, and is to be used up before the next is asked for. They are checked only once all have been read: what
 * was made of them must not be used before this has ended.
 *
 * @param partBytes of every part but the last
 * @throws BundleError when the file is not there; the parts throw it when at their end it is not what its name says
 */
export async function openBlob(
  bucket: R2Bucket,
  sha256: string,
  partBytes = STREAMED_PART_BYTES,
): Promise<AsyncGenerator<Uint8Array<ArrayBuffer>>> {
  return readParts(await getBlob(bucket, sha256), sha256, partBytes);
}

async function* readParts({ body }: R2ObjectBody, sha256: string, partBytes: number) {
  const hash = new crypto.DigestStream("SHA-256");
  const writer = hash.getWriter();
  const reader = body.getReader({ mode: "byob" });
  let buffer = new ArrayBuffer(partBytes);
  try {
    for (;;) {
      const { value, done } = await reader.readAtLeast(partBytes, new Uint8Array(buffer));
      if (done) break;
      await writer.write(value);
      yield value;
      buffer = value.buffer;
    }
  } finally {
    await reader.cancel();
  }
  await writer.close();
  if (hex(await hash.digest) !== sha256) throw damaged(sha256);
}

/**
 * Bytes [offset, offset + length) of a file, unchecked.
 *
 * @throws BundleError when the file is not there or shorter
 */
export async function readBlobRange(
  bucket: R2Bucket,
  sha256: string,
  offset: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const { body } = await getBlob(bucket, sha256, { range: { offset, length } });
  const reader = body.getReader({ mode: "byob" });
  const { value } = await reader.readAtLeast(length, new Uint8Array(length));
  await reader.cancel();
  if (value?.length !== length) throw damaged(sha256);
  return value;
}

/**
 * The manifest of the given version.
 *
 * @throws BundleError when it is missing, damaged or of another format
 */
export async function readManifest(bucket: R2Bucket, version: string): Promise<Manifest> {
  const text = new TextDecoder().decode(await readBlob(bucket, version));
  const parsed = manifestSchema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new BundleError(`The manifest ${version} does not fit: ${parsed.error.message}`);
  return parsed.data;
}

/** Lower-case hexadecimal SHA-256. */
export async function sha256Hex(bytes: ArrayBuffer | Uint8Array): Promise<string> {
  return hex(await crypto.subtle.digest("SHA-256", bytes));
}

async function getBlob(bucket: R2Bucket, sha256: string, options: R2GetOptions = {}): Promise<R2ObjectBody> {
  const object = await bucket.get(blobKey(sha256), options);
  if (!object) throw new BundleError(`The bucket lacks the file ${sha256}.`);
  return object;
}

function damaged(sha256: string): BundleError {
  return new BundleError(`The file ${sha256} is damaged.`);
}

/** Lower-case hexadecimal. */
function hex(bytes: ArrayBuffer | Uint8Array): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
