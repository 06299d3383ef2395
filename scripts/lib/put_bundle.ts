import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { blobKey } from "../../src/bundle/keys.ts";
import { type BundleFolder, readBundleFolder } from "../bundle_folder.ts";
import { formatBytes, type Progress } from "./progress.ts";
import { Refusal } from "./refusal.ts";
import { type Store, sha256Of } from "./store.ts";

interface Blob {
  name: string;
  bytes: number;
  sha256: string;
}

/** Reads a bundle's folder and checks every file against the manifest. @throws Refusal that names the first file that differs */
export async function readCheckedFolder(folder: string): Promise<BundleFolder> {
  const bundle = await readBundleFolder(folder);
  for (const [name, { bytes, sha256 }] of Object.entries(bundle.manifest.files)) {
    const path = join(folder, name);
    const file = await hashFile(path);
    if (file.bytes !== bytes || file.sha256 !== sha256)
      throw new Refusal(
        `${path} is not the file that the manifest names; nothing was uploaded.\n` +
          `  manifest: ${formatBytes(bytes)}, SHA-256 ${sha256}\n  file:     ${formatBytes(file.bytes)}, SHA-256 ${file.sha256}`,
      );
  }
  return bundle;
}

/** The blobs of a bundle. The manifest is last, after all files that it names. */
function blobsOf({ manifest, manifestBytes, version }: BundleFolder): Blob[] {
  const files = Object.entries(manifest.files).map(([name, file]) => ({ name, ...file }));
  return [...files, { name: "manifest.json", bytes: manifestBytes.length, sha256: version }];
}

/**
 * Uploads the files of a bundle under their SHA-256, then the manifest. Files that exist already stay. Each uploaded file is checked
 * afterwards. The pointer is not changed, so an interruption changes no answer, and the next call sends the rest.
 *
 * @param dryRun only reports what would be sent
 * @throws Refusal if a blob in the bucket is damaged
 */
export async function putBundle(store: Store, bundle: BundleFolder, dryRun: boolean, progress: Progress) {
  const blobs = blobsOf(bundle);
  const width = Math.max(...blobs.map(({ name }) => name.length));
  for (const [index, blob] of blobs.entries()) {
    progress.step(`${index + 1} of ${blobs.length}: ${blob.name}, ${formatBytes(blob.bytes)}`);
    const deed = await putBlob(store, bundle.folder, blob, dryRun);
    progress.line(`  ${deed.padEnd(10)}  ${blob.name.padEnd(width)}  ${formatBytes(blob.bytes).padStart(18)}`);
  }
}

async function putBlob(store: Store, folder: string, blob: Blob, dryRun: boolean) {
  if (await isStored(store, blob)) return "present";
  if (dryRun) return "would send";
  const sent = await store.create(blobKey(blob.sha256), await readFile(join(folder, blob.name)), blob.sha256);
  if (!(await isStored(store, blob))) throw new Refusal(`${blob.name} is not in the bucket after it was sent.`);
  return sent ? "sent" : "present"; // Another upload may have sent the same file first.
}

/** Whether the bucket holds a blob. If R2 has stored a SHA-256, R2 has checked it. Otherwise the blob is read and hashed. */
async function isStored(store: Store, { name, bytes, sha256 }: Blob): Promise<boolean> {
  const key = blobKey(sha256);
  const stat = await store.stat(key);
  if (!stat) return false;
  const stored = stat.bytes === bytes && (stat.sha256 ?? (await hashStored(store, key)));
  if (stored !== sha256)
    throw new Refusal(
      `${key} (${name}) is damaged in the bucket, and blobs are never overwritten. Delete that object, then run this again.`,
    );
  return true;
}

async function hashStored(store: Store, key: string): Promise<string | undefined> {
  const object = await store.read(key);
  return object && sha256Of(object.bytes);
}

async function hashFile(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path)) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Refusal(`${path} can't be read (${code}); nothing was uploaded.`, { cause: error });
  }
  return { bytes, sha256: hash.digest("hex") };
}
