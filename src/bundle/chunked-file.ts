import { readBlob, readBlobRange } from "./bucket.ts";
import { BundleError } from "./bundle-error.ts";

/** A file of a bundle that can be read, and checked, in parts. */
export interface ChunkedFile {
  /** Bytes of chunks `first` to `end - 1`. @throws BundleError when one is missing or not what its hash says */
  read(first: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

const SHA256_BYTES = 32;

/**
 * @param file SHA-256 (hex) and size of the file
 * @param hashes SHA-256 (hex) of the file that holds each chunk's SHA-256, one after another
 * @param chunkBytes of every chunk but the last, which may be shorter
 */
export async function openChunkedFile(
  bucket: R2Bucket,
  file: { sha256: string; bytes: number },
  hashes: string,
  chunkBytes: number,
): Promise<ChunkedFile> {
  const wanted = new Uint8Array(await readBlob(bucket, hashes));
  if (wanted.length !== SHA256_BYTES * Math.ceil(file.bytes / chunkBytes))
    throw new BundleError(`The file ${hashes} does not hold a hash for each chunk of ${file.sha256}.`);
  return {
    async read(first, end) {
      const offset = first * chunkBytes;
      const bytes = await readBlobRange(bucket, file.sha256, offset, Math.min(end * chunkBytes, file.bytes) - offset);
      for (let chunk = first; chunk < end; chunk++) {
        const at = (chunk - first) * chunkBytes;
        const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes.subarray(at, at + chunkBytes)));
        if (digest.some((byte, index) => byte !== wanted[SHA256_BYTES * chunk + index]))
          throw new BundleError(`The file ${file.sha256} is damaged.`);
      }
      return bytes;
    },
  };
}
