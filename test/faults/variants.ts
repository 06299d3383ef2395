import type { R2Bucket } from "@cloudflare/workers-types";
import { readBundleFolder } from "../../scripts/bundle_folder.ts";
import { sha256Hex } from "../../src/bundle/bucket.ts";
import { blobKey } from "../../src/bundle/keys.ts";
import type { Manifest } from "../../src/bundle/manifest.ts";
import { BUNDLE } from "../integration/service.ts";

const { manifest } = await readBundleFolder(BUNDLE);

/**
 * Puts the manifest of another version beside the bundle's: the same files, but for what is changed.
 *
 * @returns the version
 */
export async function putVariant(bucket: R2Bucket, changed: Partial<Manifest>): Promise<string> {
  const bytes = Buffer.from(JSON.stringify({ ...manifest, ...changed }));
  const version = await sha256Hex(bytes);
  await bucket.put(blobKey(version), bytes);
  return version;
}
