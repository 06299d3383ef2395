import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BundleError } from "../src/bundle/bundle-error.ts";
import type { Bundle, Manifest } from "../src/bundle/manifest.ts";
import { parseManifest } from "../src/bundle/parse-manifest.ts";
import { MAX_MANIFEST_BYTES } from "../src/limits.ts";
import { Refusal } from "./lib/refusal.ts";
import { sha256Of } from "./lib/store.ts";

/** A bundle in a folder. `version` is the SHA-256 of `manifestBytes`. */
export interface BundleFolder extends Bundle {
  folder: string;
  manifestBytes: Buffer;
}

/** Reads the manifest of a bundle in a folder. @throws Refusal if there is none or it is not valid */
export async function readBundleFolder(folder: string): Promise<BundleFolder> {
  const path = join(folder, "manifest.json");
  const manifestBytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new Refusal(`${path} can't be read (${error.code}).`, { cause: error });
  });
  return { folder, manifest: manifestIn(manifestBytes, path), manifestBytes, version: sha256Of(manifestBytes) };
}

/**
 * Reads a manifest from bytes, with the Worker's checks.
 *
 * @param name its name in error messages
 * @throws Refusal if it is not valid
 */
export function manifestIn(bytes: Buffer, name: string): Manifest {
  if (bytes.length > MAX_MANIFEST_BYTES)
    throw new Refusal(`${name} has ${bytes.length} bytes; ${MAX_MANIFEST_BYTES} are allowed.`);
  try {
    return parseManifest(bytes.toString());
  } catch (error) {
    if (error instanceof BundleError) throw new Refusal(`${name}: ${error.message}`, { cause: error });
    throw error;
  }
}
