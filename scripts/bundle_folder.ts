import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bundle } from "../src/bundle/manifest.ts";
import { parseManifest } from "../src/bundle/parse-manifest.ts";

/** A bundle as it lies in a folder; `manifestBytes` are what `version` is the SHA-256 of. */
export async function readBundleFolder(folder: string): Promise<Bundle & { manifestBytes: Buffer }> {
  const manifestBytes = await readFile(join(folder, "manifest.json"));
  const manifest = parseManifest(manifestBytes.toString());
  return { manifest, manifestBytes, version: createHash("sha256").update(manifestBytes).digest("hex") };
}
