import { readBlob, readBlobRange } from "./bucket.ts";
import { BundleError } from "./bundle-error.ts";
import type { BundleFile } from "./manifest.ts";

/** A file of a bundle that can be read, and checked, in parts. */
export interface ChunkedFile {
  /** Bytes of chunks `first` to `end - 1`. @throws BundleError when the file is missing, damaged there, or does not arrive in time */
  read(first: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

const SHA256_BYTES = 32;

/**
 * @param hashes the file that holds each chunk's SHA-256, one after another
 * @param chunkBytes of every chunk but the last, which may be shorter
 */
export async function openChunkedFile(
  bucket: R2Bucket,
  file: BundleFile,
  hashes: BundleFile,
  chunkBytes: number,
): Promise<ChunkedFile> {
  const wanted = new Uint8Array(await readBlob(bucket, hashes));
  if (wanted.length !== SHA256_BYTES * Math.ceil(file.bytes / chunkBytes))
    throw new BundleError(`The file ${hashes.name} does not hold a hash for each chunk of ${file.name}.`);
  async function check(bytes: Uint8Array<ArrayBuffer>, first: number): Promise<void> {
    for (let at = 0, chunk = first; at < bytes.length; at += chunkBytes, chunk++) {
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes.subarray(at, at + chunkBytes)));
      if (digest.some((byte, index) => byte !== wanted[SHA256_BYTES * chunk + index]))
        throw new BundleError(`The file ${file.name} is damaged.`);
    }
  }
  return {
    read(first, end) {
      const offset = first * chunkBytes;
      const length = Math.min(end * chunkBytes, file.bytes) - offset;
      return readBlobRange(bucket, file, { offset, length }, (bytes) => check(bytes, first));
    },
  };
}
