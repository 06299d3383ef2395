import { sha256Hex } from "../bundle/bucket.ts";
import { BundleError } from "../bundle/bundle-error.ts";
import type { Bundle, Manifest } from "../bundle/manifest.ts";
import { parseManifest } from "../bundle/parse-manifest.ts";
import { MAX_MANIFEST_BYTES, R2_READ_LIMIT_MS } from "../limits.ts";
import { TIMED_OUT, within } from "../within.ts";
import { readFile } from "./folder-bucket.ts";

/** A bundle's manifest, and where its files are. */
export interface BundleSource extends Bundle {
  /** With a slash at its end. */
  folder: URL;
  manifestBytes: ArrayBuffer;
}

/**
 * Reads a bundle's manifest.
 *
 * @param source the bundle's folder: a URL (`https:`, `file:`) or a path
 * @throws BundleError if the manifest can't be read or is not valid, if it does not arrive within R2_READ_LIMIT_MS, or if this runtime can't read the bundle
 */
export async function openBundle(source: string | URL): Promise<BundleSource> {
  const folder = folderOf(source);
  const url = new URL("manifest.json", folder);
  const reading = readSmall(url, MAX_MANIFEST_BYTES).catch((cause: unknown) => {
    throw cause instanceof BundleError ? cause : new BundleError(`${url.href} could not be read.`, { cause });
  });
  const bytes = await within(reading, R2_READ_LIMIT_MS);
  if (bytes === TIMED_OUT) throw new BundleError(`${url.href} could not be read within ${R2_READ_LIMIT_MS} ms.`);
  const manifest = parseManifest(new TextDecoder().decode(bytes));
  requireRunnable(manifest);
  return { folder, version: await sha256Hex(bytes), manifest, manifestBytes: bytes };
}

async function readSmall(url: URL, maxBytes: number): Promise<ArrayBuffer> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const part of await readFile(url)) {
    length += part.length;
    if (length > maxBytes) throw new BundleError(`${url.href} has more than ${maxBytes} bytes.`);
    parts.push(part.slice());
  }
  return new Blob(parts).arrayBuffer();
}

/** The bundle's folder, with a slash at its end. */
function folderOf(source: string | URL): URL {
  const text = String(source).replace(/\/*$/, "/");
  if (/^(https?|file):/i.test(text)) return new URL(text);
  const { location, process } = globalThis as { location?: { href: string }; process?: NodeJS.Process };
  if (process?.getBuiltinModule) return process.getBuiltinModule("node:url").pathToFileURL(text);
  return new URL(text, location?.href);
}

/** @throws BundleError if this runtime lacks a feature that the bundle needs */
function requireRunnable({ id, tensors }: Manifest): void {
  if (tensors.words?.dtype === "int4" && !("getFloat16" in DataView.prototype))
    throw new BundleError(
      `The word table of "${id}" is int4, which this runtime can't read: it has no DataView.getFloat16.`,
    );
}
