import type { Bundle } from "../../bundle/manifest.ts";
import { RequestFailure } from "../../errors.ts";
import { log } from "../../log.ts";
import type { LoadOptions, Model } from "../model.ts";
import { modelIds } from "../settings.ts";
import type { Host, OnFailure } from "./attempts.ts";
import { heldModel } from "./held-models.ts";
import { causeOf } from "./reason.ts";
import { type AnsweringBundle, createServedModel, type Rollout, type ServedModel } from "./served-model.ts";

const served = new Map<string, ServedModel>();

/** The versions that answer now, of all models. */
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
 * The bundle of a model that answers now. After this isolate has read one, this needs no wait: the pointer is read again in the
 * background, and another version takes over after it has given its golden answers.
 *
 * @param modelId by default the first model of `MODEL`
 * @param text the text to answer, because a canary answers its share of the texts. Without a text: the current version.
 * @throws RequestFailure `unknown-model`; `model-unavailable` if this isolate has never read a version and can't read one now; `misconfigured`
 */
export function currentBundle(env: Env, request: Host, modelId?: string, text?: string): Promise<AnsweringBundle> {
  return servedModel(env, modelId).bundleFor(env, request, text);
}

/**
 * The bundle's model in this isolate. The first request that needs it loads it, and the load keeps that request alive. If
 * the memory budget has no room, the least recently used models are released.
 *
 * @param firstPass of the text that waits for it
 * @throws RequestFailure `model-unavailable` if it can't be loaded or is still being loaded, `misconfigured`
 */
export function currentModel(
  env: Env,
  bundle: Bundle,
  request: Host,
  firstPass?: LoadOptions["firstPass"],
): Promise<Model> {
  const { version, manifest } = bundle;
  const onFailure: OnFailure = (error, retryInMs) =>
    log({ event: "version-refused", model: manifest.id, version, reason: causeOf(error), retryInMs });
  return heldModel(env, bundle, request, { whole: false, firstPass, onFailure });
}

/** The version that answers in this isolate, and the other versions that the pointer names. */
export interface Readiness extends Rollout {
  bundle: Bundle;
  model: Model;
}

/**
 * Loads the first model of `MODEL` if necessary.
 *
 * @throws as `currentBundle` and `currentModel` do
 */
export async function readiness(env: Env, request: Host): Promise<Readiness> {
  const bundle = await currentBundle(env, request);
  const model = await currentModel(env, bundle, request);
  return { bundle, model, ...servedModel(env, undefined).rollout() };
}

export type { Host } from "./attempts.ts";
export { heldModels, wasmMemory } from "./held-models.ts";
export type { AnsweringBundle } from "./served-model.ts";
