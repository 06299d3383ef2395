import { blobKey, pointerKey } from "./keys.ts";
import { type Manifest, manifestSchema } from "./manifest.ts";

/** A bundle in the bucket is missing something, or holds other bytes than its manifest promises. */
export class BundleError extends Error {}

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
  const object = await bucket.get(blobKey(sha256));
  if (!object) throw new BundleError(`The bucket lacks the file ${sha256}.`);
  const bytes = await object.arrayBuffer();
  if ((await sha256Hex(bytes)) !== sha256) throw new BundleError(`The file ${sha256} is damaged.`);
  return bytes;
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
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
