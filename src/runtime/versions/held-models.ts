import { keepCopies } from "../../bundle/copies.ts";
import type { Bundle } from "../../bundle/manifest.ts";
import { AFTER_LOAD_MS, MODEL_LOAD_LIMIT_MS, PROOF_PAUSE_MS } from "../../limits.ts";
import { log } from "../../log.ts";
import { inSpan } from "../../spans.ts";
import { engineOf } from "../engines.ts";
import { layerBytes, tableBytes } from "../memory.ts";
import { type LoadOptions, loadModel, type Model } from "../model.ts";
import { modelSettings } from "../settings.ts";
import { loadWholeModel } from "../whole-model.ts";
import type { ResidentWords } from "../word-table.ts";
import { type Attempts, createAttempts, type Host, type OnFailure } from "./attempts.ts";
import { doesNotFit, modelRoom } from "./budget.ts";
import { createLoads, type Loads } from "./loads.ts";
import { causeOf, unavailable } from "./reason.ts";

/** How to load a model that is not in memory. */
interface Wish extends LoadOptions {
  onFailure?: OnFailure;
}

/** No memory budget has room for so many models. */
const MOST_MODELS = 64;

/** Created with the first model, because the budget is read from the environment. */
let loads: Loads<Model> | undefined;

/** Estimated memory of a model, in bytes. @throws RequestFailure `misconfigured`; BundleError if the engine can't run it */
export function modelBytes(env: Env, bundle: Bundle): number {
  const { manifest } = bundle;
  const { engine, range, residentWords } = modelSettings(env, manifest, engineOf(env, bundle));
  return Math.ceil(layerBytes(manifest, engine, range) + tableBytes(manifest, residentWords));
}

/**
 * A bundle's model. The first request that needs it loads it and checks its golden answers. If the memory budget has no room, the least
 * recently used models are released.
 *
 * @throws RequestFailure `model-unavailable` if it is not loaded and can't be loaded now, `misconfigured`
 */
export async function heldModel(env: Env, bundle: Bundle, host: Host, wish: Wish): Promise<Model> {
  const { version, manifest } = bundle;
  const held = loads?.held(version);
  if (held) {
    const fill = held.words && fills.get(held.words);
    if (fill && Date.now() > fill.from) fillWords(bundle, host).catch(() => {}); // it has been logged
    return held;
  }
  const settings = modelSettings(env, manifest, engineOf(env, bundle));
  const bytes = modelBytes(env, bundle);
  const room = modelRoom(env);
  if (bytes > room) throw unavailable(doesNotFit(bytes, room), 0);
  loads ??= createLoads<Model>(room, MOST_MODELS);
  const { engine } = settings;
  const load = async () => {
    const span = { model: manifest.id, version, engine };
    const open = manifest.whole_graph ? loadWholeModel : loadModel;
    const model = await inSpan("load", span, () => open(env.MODELS, bundle, settings, wish));
    const loaded = { engine, ms: model.loadMs, bytes, wasmMemoryBytes: model.wasmMemoryBytes() };
    log({ event: "model-loaded", model: manifest.id, version, ...loaded });
    const what = "Reading the word table";
    const attempts = createAttempts<void>({ what, limitMs: MODEL_LOAD_LIMIT_MS, pause: PROOF_PAUSE_MS });
    if (model.words) fills.set(model.words, { attempts, from: Date.now() + AFTER_LOAD_MS });
    host.waitUntil(finish(env, bundle, host).catch(() => {})); // what failed is logged; who comes next reads the bucket
    return model;
  };
  return loads.get({ version, id: manifest.id, bytes, load, onFailure: wish.onFailure }, host);
}

/** The rest of the work after a version can answer. It runs after the waiting answers, and does not keep a released model in memory. */
async function finish(env: Env, bundle: Bundle, host: Host): Promise<void> {
  await scheduler.wait(AFTER_LOAD_MS);
  await fillWords(bundle, host);
  await keepCopies(env.MODELS);
}

/** The attempts to read each model's word table, and from when on requests may start one. */
const fills = new WeakMap<ResidentWords, { attempts: Attempts<void>; from: number }>();

/** Reads the rest of a version's word table in the background, while requests are answered. */
async function fillWords({ version, manifest }: Bundle, host: Host): Promise<void> {
  const words = loads?.peek(version)?.words;
  const attempts = words && fills.get(words)?.attempts;
  if (!attempts || words.isFilled() || attempts.running() || attempts.pauseMs() > 0) return;
  const read = () => words.fill(() => isHeld(version));
  await attempts.start(host, read, (error, retryInMs) =>
    log({ event: "words-missing", model: manifest.id, version, reason: causeOf(error), retryInMs }),
  );
}

export function isHeld(version: string): boolean {
  return loads?.has(version) ?? false;
}

/** Why the last load of a version failed; undefined if it did not fail, or if there was none. */
export function loadFailure(version: string): unknown {
  return loads?.failure(version);
}

/** Releases a version. */
export function dropModel(version: string): void {
  loads?.drop(version);
}

/** The models that this isolate holds or loads, most recently used first, with the estimated memory of each. */
export function heldModels(): { id: string; version: string; bytes: number }[] {
  return loads?.list().map(({ id, version, bytes }) => ({ id, version, bytes })) ?? [];
}

/** The WebAssembly memory of each model that is loaded. */
export function wasmMemory(): { id: string; version: string; bytes: number }[] {
  const held = loads?.list() ?? [];
  return held.flatMap(({ id, version, value }) => (value ? [{ id, version, bytes: value.wasmMemoryBytes() }] : []));
}
