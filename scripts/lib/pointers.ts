import { BundleError } from "../../src/bundle/bundle-error.ts";
import { pointerKey } from "../../src/bundle/keys.ts";
import { formatPointer, type Pointer, parsePointer } from "../../src/bundle/pointer.ts";
import { Refusal } from "./refusal.ts";
import type { Store } from "./store.ts";

/** A pointer as it was read. It can be replaced only if nobody else has written it since. */
export interface ReadPointer {
  modelId: string;
  /** Undefined if there is no pointer, or it can't be read. */
  pointer?: Pointer;
  /** Why the pointer can't be read. */
  problem?: string;
  /** Undefined if there is no pointer. */
  etag?: string;
  /** When the pointer was written. */
  written?: Date;
}

export async function readPointer(store: Store, modelId: string): Promise<ReadPointer> {
  const object = await store.read(pointerKey(modelId));
  if (!object) return { modelId };
  const { etag, uploaded: written } = object;
  try {
    return { modelId, pointer: parsePointer(object.bytes.toString(), modelId), etag, written };
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    return { modelId, problem: error.message, etag, written };
  }
}

/** The pointer's content. @throws Refusal if there is no pointer, or it can't be read */
export function requirePointer({ modelId, pointer, problem }: ReadPointer): Pointer {
  if (!pointer) throw new Refusal(problem ?? `The bucket has no pointer of model "${modelId}".`);
  return pointer;
}

/** Replaces the pointer that was read. @throws Refusal if somebody else has written it since. Then theirs stays */
export async function writePointer(store: Store, { modelId, etag }: ReadPointer, next: Pointer): Promise<void> {
  if (await store.replace(pointerKey(modelId), formatPointer(next), etag)) return;
  throw new Refusal(
    `Somebody else changed the pointer of "${modelId}" while this command ran. Theirs stays; this command did not change it.\n` +
      "Look at `npm run models -- list`, then run this command again if you still want it.",
  );
}
