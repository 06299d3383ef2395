/**
 * Puts a bundle into the local R2 that `wrangler dev` and miniflare read: every file under its SHA-256, the pointer last.
 * `node scripts/seed.ts [FOLDER ...]`, by default models/bertweet-mini.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { R2Bucket } from "@cloudflare/workers-types";
import { getPlatformProxy } from "wrangler";
import { blobKey, pointerKey } from "../src/bundle/keys.ts";
import { readBundleFolder } from "./bundle_folder.ts";

/** Uploads a bundle's folder; R2 itself refuses a file whose bytes don't have the SHA-256 of the manifest. */
export async function seed(bucket: R2Bucket, folder: string): Promise<{ id: string; version: string }> {
  const { manifest, manifestBytes, version } = await readBundleFolder(folder);
  for (const [name, { sha256 }] of Object.entries(manifest.files))
    if (!(await bucket.head(blobKey(sha256))))
      await bucket.put(blobKey(sha256), await readFile(join(folder, name)), { sha256 });
  await bucket.put(blobKey(version), manifestBytes, { sha256: version });
  await bucket.put(pointerKey(manifest.id), version);
  return { id: manifest.id, version };
}

if (import.meta.main) {
  const { env, dispose } = await getPlatformProxy<{ MODELS: R2Bucket }>();
  for (const folder of process.argv.length > 2 ? process.argv.slice(2) : ["models/bertweet-mini"]) {
    const { id, version } = await seed(env.MODELS, folder);
    console.log(`${id} ${version.slice(0, 12)} is in the local bucket`);
  }
  await dispose();
}
