import type { Bundle } from "../../bundle/manifest.ts";
import { log } from "../../log.ts";
import { inSpan } from "../../spans.ts";
import { layerBytes, tableBytes } from "../memory.ts";
import { loadModel, type Model } from "../model.ts";
import { modelSettings } from "../settings.ts";
import type { Host, OnFailure } from "./attempts.ts";
import { doesNotFit, modelRoom } from "./budget.ts";
import { createLoads, type Loads } from "./loads.ts";
import { unavailable } from "./reason.ts";

/** More models than a budget holds. */
const MOST_MODELS = 64;

/** Created with the first model, since the budget is a variable. */
let loads: Loads<Model> | undefined;

/** What a model is reckoned to hold. @throws RequestFailure `misconfigured`; BundleError when the engine can't run it */
export function modelBytes(env: Env, { manifest }: Bundle): number {
  const { engine, range, residentWords } = modelSettings(env, manifest);
  return Math.ceil(layerBytes(manifest, engine, range) + tableBytes(manifest, residentWords));
}

/**
 * A bundle's model, loaded and proven by the first request that needs it. When the memory budget has no room, the models that were used
 * least recently are let go.
 *
 * @throws RequestFailure `model-unavailable` when it can't be had now, `misconfigured`
 */
export async function heldModel(env: Env, bundle: Bundle, host: Host, onFailure?: OnFailure): Promise<Model> {
  const { version, manifest } = bundle;
  const held = loads?.held(version);
  if (held) return held;
  const settings = modelSettings(env, manifest);
  const bytes = modelBytes(env, bundle);
  const room = modelRoom(env);
  if (bytes > room) throw unavailable(doesNotFit(bytes, room), 0);
  loads ??= createLoads<Model>(room, MOST_MODELS);
  const { engine } = settings;
  const load = async () => {
    const span = { model: manifest.id, version, engine };
    const model = await inSpan("load", span, () => loadModel(env.MODELS, bundle, settings));
    const loaded = { engine, ms: model.loadMs, bytes, wasmMemoryBytes: model.wasmMemoryBytes() };
    log({ event: "model-loaded", model: manifest.id, version, ...loaded });
    return model;
  };
  return loads.get({ version, id: manifest.id, bytes, load, onFailure }, host);
}

export function isHeld(version: string): boolean {
  return loads?.has(version) ?? false;
}

/** Why a version could not be loaded the last time; undefined when it could, or was not tried. */
export function loadFailure(version: string): unknown {
  return loads?.failure(version);
}

/** Lets a version go. */
export function dropModel(version: string): void {
  loads?.drop(version);
}

/** The models that this isolate holds or is loading, the one that was used last first, and what each is reckoned to hold. */
export function heldModels(): { id: string; version: string; bytes: number }[] {
  return loads?.list().map(({ id, version, bytes }) => ({ id, version, bytes })) ?? [];
}

/** The WebAssembly memory of each model that is loaded. */
export function wasmMemory(): { id: string; version: string; bytes: number }[] {
  const held = loads?.list() ?? [];
  return held.flatMap(({ id, version, value }) => (value ? [{ id, version, bytes: value.wasmMemoryBytes() }] : []));
}
