import { pointerKey } from "../../src/bundle/keys.ts";
import { idsWithHistory, type Release, readHistory } from "./history.ts";
import { type ReadPointer, readPointer } from "./pointers.ts";
import { Refusal } from "./refusal.ts";
import type { Store } from "./store.ts";

/** A model in the bucket: its pointer, and the releases of its history, newest first. */
export interface Model {
  id: string;
  pointer: ReadPointer;
  releases: Release[];
}

/** Every model that has a pointer or a history, by id. @throws Refusal if a history can't be read */
export async function readModels(store: Store): Promise<Model[]> {
  const prefix = pointerKey("");
  const pointers = [...(await store.list(prefix)).keys()].map((key) => key.slice(prefix.length));
  const ids = [...new Set([...pointers, ...(await idsWithHistory(store))])].sort();
  return Promise.all(
    ids.map(async (id) => ({
      id,
      pointer: await readPointer(store, id),
      releases: await readHistory(store, id),
    })),
  );
}

/** The known versions of a model: the releases, newest first, then versions that only the pointer names. */
export function knownVersions({ pointer: { pointer }, releases }: Model): string[] {
  const named = pointer ? [pointer.version, ...(pointer.canary ? [pointer.canary.version] : [])] : [];
  return [...new Set([...releases.map(({ version }) => version), ...named])];
}

/**
 * The model of a command that names none: the first of `MODEL` in wrangler.toml, or the only one in the bucket.
 *
 * @throws Refusal if neither decides
 */
export function chooseModel(ids: string[], named: string | undefined, first: string | undefined): string {
  const [only, ...others] = ids;
  if (only === undefined) throw new Refusal("The bucket holds no model. `npm run upload` puts one there.");
  if (named !== undefined) {
    if (ids.includes(named)) return named;
    throw new Refusal(`The bucket holds no model "${named}", but ${ids.join(", ")}.`);
  }
  if (first !== undefined && ids.includes(first)) return first;
  if (others.length === 0) return only;
  throw new Refusal(`The bucket holds several models: ${ids.join(", ")}. Choose one with --model.`);
}
