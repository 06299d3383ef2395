import { BundleError } from "../bundle/bundle-error.ts";
import { blobKey, pointerKey } from "../bundle/keys.ts";
import type { Bundle } from "../bundle/manifest.ts";
import { type BundleSource, openBundle } from "../packages/bundle-source.ts";
import { folderBucket } from "../packages/folder-bucket.ts";

/** Versions of a folder whose files are known: the current one, and those that may still answer. */
const KNOWN_VERSIONS = 4;

interface Known extends Bundle {
  folder: URL;
  manifestBytes: ArrayBuffer;
}

/**
 * Folders of bundles as the bucket of the service. A pointer names the manifest that the folder has now, so that a bundle that is replaced is
 * a new version, like an upload to R2.
 *
 * @param sources folders or URLs
 * @returns the bucket, and the ids of the models in the order of their folders
 * @throws BundleError if a manifest can't be read, is not valid, or has the id of another
 */
export async function openBundles(sources: readonly string[]): Promise<{ bucket: R2Bucket; ids: string[] }> {
  const known: Known[] = [];
  const folders = new Map<string, string>();

  async function read(source: string): Promise<Known> {
    const opened: BundleSource = await openBundle(source);
    const same = known.find(({ version }) => version === opened.version);
    if (same) return same;
    known.unshift(opened);
    known.splice(KNOWN_VERSIONS * sources.length);
    return opened;
  }

  for (const source of sources) {
    const { id } = (await read(source)).manifest;
    const other = folders.get(id);
    if (other !== undefined) throw new BundleError(`${other} and ${source} both have a model "${id}".`);
    folders.set(id, source);
  }

  async function pointer(source: string) {
    const { version } = await read(source);
    return { text: async () => version };
  }

  async function get(key: string, options?: Parameters<R2Bucket["get"]>[1]) {
    for (const [id, source] of folders) if (key === pointerKey(id)) return pointer(source);
    for (const { folder, version, manifest, manifestBytes } of known) {
      if (key === blobKey(version)) return { size: manifestBytes.byteLength, body: new Blob([manifestBytes]).stream() };
      const files = Object.entries(manifest.files).map(([name, file]) => ({ name, ...file }));
      if (files.some(({ sha256 }) => blobKey(sha256) === key)) return folderBucket(folder, files).get(key, options);
    }
    return null;
  }
  return { bucket: { get } as unknown as R2Bucket, ids: [...folders.keys()] };
}
