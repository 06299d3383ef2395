import { LRUCache } from "lru-cache";
import { readManifest } from "../bundle/bucket.ts";
import { blobKey } from "../bundle/keys.ts";
import type { Bundle } from "../bundle/manifest.ts";
import { engineOf } from "../runtime/engines.ts";
import type { Model } from "../runtime/model.ts";
import { currentModel, type Host } from "../runtime/versions/index.ts";
import type { JobsEnv } from "./env.ts";
import type { Spec } from "./spec.ts";
import { inTime } from "./store.ts";

/** The version that a job is bound to can't answer any more. The message is for users. */
export class PinError extends Error {
  override name = "PinError";
}

/** Versions whose manifest an isolate remembers. */
const REMEMBERED = 8;

const manifests = new LRUCache<string, Bundle>({ max: REMEMBERED });

/**
 * The model in the version that a job is bound to, whatever the pointer names by now.
 *
 * @throws PinError if that version is not in the bucket any more, or another engine would run it
 * @throws RequestFailure `model-unavailable` if it can't be loaded now
 */
export async function pinnedModel(env: JobsEnv, { model }: Spec, host: Host): Promise<Model> {
  const { version, engine } = model;
  try {
    const bundle = manifests.get(version) ?? { version, manifest: await readManifest(env.MODELS, version) };
    manifests.set(version, bundle);
    const own = engineOf(env, bundle);
    if (own !== engine) throw new PinError(`The job was begun with the engine ${engine}, and ${own} would run it now.`);
    return await currentModel(env, bundle, host);
  } catch (error) {
    if (await isPruned(env.MODELS, version)) {
      manifests.delete(version);
      throw new PinError(`Version ${version} of the model, which the job is bound to, was removed from the bucket.`);
    }
    throw error;
  }
}

/** Whether a version's manifest or one of its files is gone. @throws StorageError */
async function isPruned(bucket: R2Bucket, version: string): Promise<boolean> {
  const files = Object.values(manifests.get(version)?.manifest.files ?? {});
  for (const sha256 of [version, ...files.map((file) => file.sha256)])
    if (!(await inTime(bucket.head(blobKey(sha256))))) return true;
  return false;
}
