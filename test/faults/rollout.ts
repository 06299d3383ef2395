import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { R2Bucket } from "@cloudflare/workers-types";
import { readBundleFolder } from "../../scripts/bundle_folder.ts";
import { blobKey, pointerKey } from "../../src/bundle/keys.ts";
import type { Manifest } from "../../src/bundle/manifest.ts";
import { formatPointer, type Pointer } from "../../src/bundle/pointer.ts";
import { BUNDLE } from "../integration/service.ts";
import { sha256 } from "../integration/sha256.ts";
import { startFaulty } from "./service.ts";

/** Older than a pointer may get. */
export const MINUTE_MS = 61_000;
/** Longer than any pause before a bad version is tried again. */
export const PAUSE_MS = 600_000;
/** A machine that runs other tests takes its time. */
export const SLOW = { timeout: 20_000 };
export const NO_STORE = { headers: { "Cache-Control": "no-store" } };

const mini = await readBundleFolder(BUNDLE);

/** The version of bertweet-mini that `startFaulty` seeds. */
export const { version } = mini;

/** A manifest that may make no sense. */
// biome-ignore lint/suspicious/noExplicitAny: it is to be made wrong in every way
type Changeable = any;

/** Puts another version of a model, by default bertweet-mini, beside the one that is there; the pointer stays. @returns the version */
export async function putVersion(
  bucket: R2Bucket,
  change: (manifest: Changeable) => void,
  manifest: Manifest = mini.manifest,
): Promise<string> {
  const changed = structuredClone(manifest);
  change(changed);
  const bytes = Buffer.from(JSON.stringify(changed));
  await bucket.put(blobKey(sha256(bytes)), bytes);
  return sha256(bytes);
}

/** Puts one of the bundle's files, changed, under the hash that it has then. @returns what a manifest says of it */
export async function putFile(bucket: R2Bucket, name: string, change: (bytes: Buffer) => void) {
  const bytes = await readFile(join(BUNDLE, name));
  change(bytes);
  await bucket.put(blobKey(sha256(bytes)), bytes);
  return { bytes: bytes.length, sha256: sha256(bytes) };
}

/** Makes the pointer of a model, by default bertweet-mini, name a version, and maybe a canary. */
export async function point(bucket: R2Bucket, pointer: Pointer, id = mini.manifest.id): Promise<void> {
  await bucket.put(pointerKey(id), formatPointer(pointer));
}

interface Ready {
  model: { version: string };
  held: { version: string }[];
  wanted?: { version: string; reason: string };
  canary?: { version: string; percent: number; state: string; reason?: string };
}

/** A service with faults in front of its bucket, and what its `/readyz` says. */
export function startRollouts(vars?: Record<string, string>) {
  const service = startFaulty({ vars: { ENGINE: "simd", QUEUE_LIMIT_MS: "60000", ...vars } });
  const ready = async () => (await (await service.get("/readyz")).json()) as Ready;
  return { ...service, ready };
}
