import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { Refusal } from "./refusal.ts";
import type { Store } from "./store.ts";

const HISTORY_PREFIX = "history/";
/** Maximum number of releases in a history. Older ones are dropped, and `prune` can then remove their files. */
const HISTORY_ENTRIES = 100;
const WRITE_ATTEMPTS = 5;
/** R2 allows one write per second to the same key. */
const RETRY_PAUSE_MS = 1100;

const version = z.string().regex(/^[0-9a-f]{64}$/);

const releaseSchema = z.strictObject({
  version,
  uploaded_at: z.iso.datetime(),
  /** The version that was current before this one. `rollback` returns to it. */
  previous: version.optional(),
});

const historySchema = z.array(releaseSchema);

/** A version that was uploaded. */
export type Release = z.infer<typeof releaseSchema>;

/** R2 key of a model's history: its releases, newest first. */
export function historyKey(modelId: string): string {
  return `${HISTORY_PREFIX}${modelId}`;
}

/** The ids of all models that have a history. */
export async function idsWithHistory(store: Store): Promise<string[]> {
  return [...(await store.list(HISTORY_PREFIX)).keys()].map((key) => key.slice(HISTORY_PREFIX.length));
}

/** A model's releases, newest first. A bucket from before histories has none. @throws Refusal if the history can't be read */
export async function readHistory(store: Store, modelId: string): Promise<Release[]> {
  return (await read(store, modelId)).releases;
}

/**
 * Changes a model's history. Starts again if somebody else wrote it in the meantime.
 *
 * @param change gets the releases and returns the new ones, newest first. If it returns the same array, nothing is written
 */
export async function changeHistory(
  store: Store,
  modelId: string,
  change: (releases: Release[]) => Release[],
): Promise<void> {
  for (let attempt = 0; attempt < WRITE_ATTEMPTS; attempt++) {
    if (attempt > 0) await sleep(RETRY_PAUSE_MS);
    const { releases, etag } = await read(store, modelId);
    const changed = change(releases);
    if (changed === releases) return;
    const text = JSON.stringify(changed.slice(0, HISTORY_ENTRIES), null, 1);
    if (await store.replace(historyKey(modelId), text, etag)) return;
  }
  throw new Refusal(`Others keep changing ${historyKey(modelId)}. Run this command again.`);
}

async function read(store: Store, modelId: string): Promise<{ releases: Release[]; etag?: string }> {
  const object = await store.read(historyKey(modelId));
  if (!object) return { releases: [] };
  try {
    return { releases: historySchema.parse(JSON.parse(object.bytes.toString())), etag: object.etag };
  } catch (error) {
    throw new Refusal(`${historyKey(modelId)} is damaged. Delete that object to start a new history.`, {
      cause: error,
    });
  }
}
