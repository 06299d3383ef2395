import { LRUCache } from "lru-cache";
import { readManifest, readPointer } from "../../bundle/bucket.ts";
import { BundleError } from "../../bundle/bundle-error.ts";
import type { Bundle } from "../../bundle/manifest.ts";
import { RequestFailure } from "../../errors.ts";
import { ISOLATE_BYTES, MODEL_LOAD_LIMIT_MS, MODEL_WAIT_LIMIT_MS, POINTER_TTL_MS } from "../../limits.ts";
import { layerBytes, tableBytes } from "../memory.ts";
import { loadModel, type Model } from "../model.ts";
import { memoryBudget, modelIds, modelSettings } from "../settings.ts";
import { LoadTimeout, singleFlight } from "../single-flight.ts";

interface Loader {
  modelId: string;
  /** What the model is reckoned to hold. */
  bytes: number;
  get: ReturnType<typeof singleFlight<Model>>;
}

/** The bundle that answers a text. */
export interface AnsweringBundle extends Bundle {
  /** Whether a canary answers some texts of this model, so that an answer may soon come from another version. */
  canaryRunning: boolean;
}

const known = new Map<string, AnsweringBundle & { readAt: number }>();

/** By version; created with the first model, since the budget is a variable. */
let loaders: LRUCache<string, Loader> | undefined;

/**
 * The current bundle of one of the models that are served, as the bucket named it at most POINTER_TTL_MS ago.
 *
 * @param modelId by default the first of them
 * @throws RequestFailure `unknown-model` for another, `model-unavailable` when the bucket doesn't hold it
 */
export async function currentBundle(
  env: Env,
  _request: Pick<ExecutionContext, "waitUntil">,
  modelId?: string,
  _text?: string,
): Promise<AnsweringBundle> {
  const served = modelIds(env);
  const id = modelId ?? (served[0] as string);
  if (!served.includes(id)) throw new RequestFailure({ kind: "unknown-model" });
  const last = known.get(id);
  if (last && Date.now() - last.readAt < POINTER_TTL_MS) return last;
  try {
    const version = await readPointer(env.MODELS, id);
    const manifest = last?.version === version ? last.manifest : await readManifest(env.MODELS, version);
    const bundle = { version, manifest, canaryRunning: false, readAt: Date.now() };
    known.set(id, bundle);
    return bundle;
  } catch (error) {
    return refuse(error);
  }
}

/**
 * The bundle's model: the isolate's own copy, loaded by the first request that needs it and kept alive by that request. When
 * the memory budget has no room for it, the models that were used least recently are let go.
 *
 * @throws RequestFailure `model-unavailable` when it could not be loaded; the next request tries again
 */
export async function currentModel(
  env: Env,
  bundle: Bundle,
  request: Pick<ExecutionContext, "waitUntil">,
): Promise<Model> {
  try {
    const loader = loaders?.get(bundle.version) ?? addLoader(env, bundle);
    return await loader.get((promise) => request.waitUntil(promise));
  } catch (error) {
    return refuse(error);
  }
}

/** The models that this isolate holds or is loading, the one that was used last first, and what each is reckoned to hold. */
export function heldModels(): { id: string; version: string; bytes: number }[] {
  return [...(loaders?.entries() ?? [])].map(([version, { modelId, bytes }]) => ({ id: modelId, version, bytes }));
}

function addLoader(env: Env, bundle: Bundle): Loader {
  const { manifest, version } = bundle;
  const settings = modelSettings(env, manifest);
  const { engine, range, residentWords } = settings;
  const bytes = layerBytes(manifest, engine, range) + tableBytes(manifest, residentWords);
  const room = memoryBudget(env) - ISOLATE_BYTES;
  if (bytes > room)
    throw new BundleError(`The model needs ${megabytes(bytes)} MB of memory, and there are ${megabytes(room)}.`);
  loaders ??= new LRUCache({ maxSize: room });
  // The older version of a model makes room for the newer, so that two need not fit; requests that still use it finish with it.
  for (const [other, { modelId }] of loaders.entries()) if (modelId === manifest.id) loaders.delete(other);
  const loader = {
    modelId: manifest.id,
    bytes: Math.ceil(bytes),
    get: singleFlight(() => loadModel(env.MODELS, bundle, settings), {
      loadMs: MODEL_LOAD_LIMIT_MS,
      waitMs: MODEL_WAIT_LIMIT_MS,
    }),
  };
  loaders.set(version, loader, { size: loader.bytes });
  return loader;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

function refuse(cause: unknown): never {
  const told = cause instanceof BundleError || cause instanceof LoadTimeout;
  const reason = told ? cause.message : "The model's files could not be read or started.";
  throw new RequestFailure({ kind: "model-unavailable", reason }, { cause });
}
