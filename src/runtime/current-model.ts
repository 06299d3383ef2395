import { BundleError, readManifest, readPointer } from "../bundle/bucket.ts";
import type { Bundle } from "../bundle/manifest.ts";
import { RequestFailure } from "../errors.ts";
import { MODEL_LOAD_LIMIT_MS, MODEL_WAIT_LIMIT_MS, POINTER_TTL_MS } from "../limits.ts";
import { loadModel, type Model } from "./model.ts";
import { LoadTimeout, singleFlight } from "./single-flight.ts";

type WaitUntil = (promise: Promise<unknown>) => void;

let known: (Bundle & { readAt: number }) | undefined;
let loader: { version: string; get: (waitUntil: WaitUntil) => Promise<Model> } | undefined;

/**
 * The current bundle, as the bucket named it at most POINTER_TTL_MS ago.
 *
 * @throws RequestFailure `model-unavailable` when the bucket holds none
 */
export async function currentBundle({ MODELS, MODEL }: Env): Promise<Bundle> {
  if (known && Date.now() - known.readAt < POINTER_TTL_MS) return known;
  try {
    const version = await readPointer(MODELS, MODEL);
    const manifest = known?.version === version ? known.manifest : await readManifest(MODELS, version);
    known = { version, manifest, readAt: Date.now() };
    return known;
  } catch (error) {
    return refuse(error);
  }
}

/**
 * The bundle's model: the isolate's own copy, loaded by the first request that needs it and kept alive by that request.
 *
 * @throws RequestFailure `model-unavailable` when it could not be loaded; the next request tries again
 */
export async function currentModel(
  { MODELS, ENGINE }: Env,
  bundle: Bundle,
  request: Pick<ExecutionContext, "waitUntil">,
): Promise<Model> {
  if (loader?.version !== bundle.version) {
    // With the old loader the old model goes, so that two need not fit; requests that still use it finish with it.
    loader = {
      version: bundle.version,
      get: singleFlight(() => loadModel(MODELS, ENGINE, bundle), {
        loadMs: MODEL_LOAD_LIMIT_MS,
        waitMs: MODEL_WAIT_LIMIT_MS,
      }),
    };
  }
  return loader.get((promise) => request.waitUntil(promise)).catch(refuse);
}

function refuse(cause: unknown): never {
  const told = cause instanceof BundleError || cause instanceof LoadTimeout;
  const reason = told ? cause.message : "The model's files could not be read or started.";
  throw new RequestFailure({ kind: "model-unavailable", reason }, { cause });
}
