import type { Bundle } from "../../bundle/manifest.ts";
import { RequestFailure } from "../../errors.ts";
import { log } from "../../log.ts";
import type { Model } from "../model.ts";
import { modelIds } from "../settings.ts";
import type { Host } from "./attempts.ts";
import { heldModel } from "./held-models.ts";
import { causeOf } from "./reason.ts";
import { type AnsweringBundle, createServedModel, type Rollout, type ServedModel } from "./served-model.ts";

const served = new Map<string, ServedModel>();

/** The versions that answer now. */
function needed(): ReadonlySet<string> {
  return new Set([...served.values()].flatMap((model) => model.answering() ?? []));
}

/** @throws RequestFailure `unknown-model`, `misconfigured` */
function servedModel(env: Env, modelId: string | undefined): ServedModel {
  const ids = modelIds(env);
  const id = modelId ?? (ids[0] as string);
  if (!ids.includes(id)) throw new RequestFailure({ kind: "unknown-model" });
  const model = served.get(id) ?? createServedModel(id, needed);
  served.set(id, model);
  return model;
}

/**
 * The bundle that answers, of one of the models that are served. It is known without a wait once this isolate has read one: the
 * bucket's pointer is read again in the background, and another version takes over when it has proven itself.
 *
 * @param modelId by default the first model of `MODEL`
 * @param text the text that is to be answered: a canary answers its share of the texts. Without one, the current version.
 * @throws RequestFailure `unknown-model`; `model-unavailable` when no version was ever read here; `misconfigured`
 */
export function currentBundle(env: Env, request: Host, modelId?: string, text?: string): Promise<AnsweringBundle> {
  return servedModel(env, modelId).bundleFor(env, request, text);
}

/**
 * The bundle's model: the isolate's own copy, loaded by the first request that needs it and kept alive by that request. When
 * the memory budget has no room for it, the models that were used least recently are let go.
 *
 * @throws RequestFailure `model-unavailable` when it can't be loaded or is still being loaded, `misconfigured`
 */
export function currentModel(env: Env, bundle: Bundle, request: Host): Promise<Model> {
  const { version, manifest } = bundle;
  return heldModel(env, bundle, request, (error, retryInMs) =>
    log({ event: "version-refused", model: manifest.id, version, reason: causeOf(error), retryInMs }),
  );
}

/** Whether this isolate can answer, by which version, and what else the bucket names. */
export interface Readiness extends Rollout {
  bundle: Bundle;
  model: Model;
}

/**
 * Loads the first model of `MODEL` if need be.
 *
 * @throws as `currentBundle` and `currentModel` do
 */
export async function readiness(env: Env, request: Host): Promise<Readiness> {
  const bundle = await currentBundle(env, request);
  const model = await currentModel(env, bundle, request);
  return { bundle, model, ...servedModel(env, undefined).rollout() };
}

export { heldModels, wasmMemory } from "./held-models.ts";
export type { AnsweringBundle } from "./served-model.ts";
