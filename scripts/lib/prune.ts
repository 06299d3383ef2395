import { blobKey } from "../../src/bundle/keys.ts";
import { changeHistory } from "./history.ts";
import { knownVersions, type Model, readModels } from "./inventory.ts";
import { requirePointer } from "./pointers.ts";
import { short } from "./progress.ts";
import { Refusal } from "./refusal.ts";
import type { Store } from "./store.ts";
import { readOutline } from "./stored_versions.ts";

/** The things that `prune` removes. */
export interface PrunePlan {
  /** Versions of the model that leave its history. */
  versions: string[];
  /** Keys of the blobs that no kept version of any model names, with their sizes in bytes. */
  blobs: Map<string, number>;
}

/**
 * Plans what can be removed. These versions of the model are kept: the current one, the one before it, a canary, and the `keep` newest
 * of the history. All versions of all other models are kept, since models share blobs.
 *
 * @throws Refusal if a kept version's files can't be determined
 */
export async function planPrune(store: Store, modelId: string, keep: number): Promise<PrunePlan> {
  const blobs = await store.list(blobKey(""));
  const models = await readModels(store);
  const versions: string[] = [];
  const used = new Set<string>();
  for (const model of models) {
    const needed = pointedAt(model);
    const kept = model.id === modelId ? keptVersions(model, keep) : new Set(knownVersions(model));
    for (const version of knownVersions(model)) {
      const keys = kept.has(version) ? await keysOf(store, version) : undefined;
      for (const key of keys ?? []) used.add(key);
      if (!keys && needed.has(version))
        throw new Refusal(`The bucket lacks the manifest of ${short(version)}, which answers as "${model.id}".`);
      if (!keys && model.id === modelId) versions.push(version);
    }
  }
  const unused = [...blobs].filter(([key]) => /^blobs\/[0-9a-f]{64}$/.test(key) && !used.has(key));
  return { versions, blobs: new Map(unused) };
}

/**
 * Carries out a plan. It removes the versions from the history first. Then it reads the bucket again, so that a blob stays if a new
 * release needs it now.
 *
 * @returns the removed keys
 */
export async function prune(store: Store, modelId: string, keep: number, plan: PrunePlan): Promise<string[]> {
  const leaving = new Set(plan.versions);
  await changeHistory(store, modelId, (releases) => {
    const staying = releases.filter(({ version }) => !leaving.has(version));
    return staying.length === releases.length ? releases : staying;
  });
  const unused = (await planPrune(store, modelId, keep)).blobs;
  const keys = [...plan.blobs.keys()].filter((key) => unused.has(key));
  await store.delete(keys);
  return keys;
}

/** The versions that answer now. @throws Refusal if a pointer can't be read */
function pointedAt({ pointer }: Model): Set<string> {
  if (pointer.etag === undefined) return new Set(); // There are staged versions only. None was released yet.
  const { version, canary } = requirePointer(pointer);
  return new Set(canary ? [version, canary.version] : [version]);
}

function keptVersions(model: Model, keep: number): Set<string> {
  const needed = pointedAt(model);
  const newest = model.releases.slice(0, keep).map(({ version }) => version);
  const before = model.releases.flatMap(({ version, previous }) =>
    previous && version === model.pointer.pointer?.version ? [previous] : [],
  );
  return new Set([...needed, ...newest, ...before]);
}

/** The keys of a version's manifest and files. Undefined if the manifest is missing: then nothing can use the version. */
async function keysOf(store: Store, version: string): Promise<string[] | undefined> {
  const outline = await readOutline(store, version);
  return outline && [version, ...Object.values(outline.files).map(({ sha256 }) => sha256)].map(blobKey);
}
