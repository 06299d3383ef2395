import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { prettifyError } from "zod";
import { type Bundle, type Manifest, manifestSchema } from "../src/bundle/manifest.ts";
import { Refusal } from "./lib/refusal.ts";
import { sha256Of } from "./lib/store.ts";

/** The files of a bundle in a folder; `manifestBytes` are what `version` is the SHA-256 of. */
export interface BundleFolder extends Bundle {
  folder: string;
  manifestBytes: Buffer;
}

/** Reads the manifest of a bundle in a folder. @throws Refusal when there is none or it does not fit the schema */
export async function readBundleFolder(folder: string): Promise<BundleFolder> {
  const path = join(folder, "manifest.json");
  const manifestBytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new Refusal(`${path} can't be read (${error.code}).`, { cause: error });
  });
  return { folder, manifest: parseManifest(manifestBytes, path), manifestBytes, version: sha256Of(manifestBytes) };
}

/**
 * The manifest in the given bytes.
 *
 * @param name what a message calls it
 * @throws Refusal when it does not fit the schema
 */
export function parseManifest(bytes: Buffer, name: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString());
  } catch (error) {
    throw new Refusal(`${name} is not JSON.`, { cause: error });
  }
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) throw new Refusal(`${name} is not a valid manifest:\n${prettifyError(parsed.error)}`);
  return parsed.data;
}
