import { BundleError } from "../bundle/bundle-error.ts";
import type { Manifest } from "../bundle/manifest.ts";
import { RequestFailure } from "../errors.ts";
import type { LayerRange, NextStage } from "./stage.ts";

export interface EncoderSettings {
  engine: string;
  /** The layers that this isolate runs. */
  range: LayerRange;
  /** Who runs the layers behind them, if anybody has to. */
  next: NextStage | undefined;
}

export interface ModelSettings extends EncoderSettings {
  /** How many of the vocabulary's first rows are kept in memory. */
  residentWords: number;
}

/** The variables of wrangler.toml that are about models, and the binding that only a plan of several isolates has. */
interface Variables {
  MODEL: string;
  ENGINE: string;
  MEMORY_BUDGET_MB: string;
  LAYERS: string;
  RESIDENT_WORDS: string;
  NEXT_STAGE?: NextStage;
}

/** The ids of the models that are served, in `MODEL`; the first is the one meant when nobody says. */
export function modelIds({ MODEL }: Pick<Variables, "MODEL">): string[] {
  return MODEL.split(",").map((id) => id.trim());
}

/** Bytes that the isolate may hold in all, by `MEMORY_BUDGET_MB`. @throws TypeError */
export function memoryBudget({ MEMORY_BUDGET_MB }: Pick<Variables, "MEMORY_BUDGET_MB">): number {
  if (!/^\d+$/.test(MEMORY_BUDGET_MB)) throw new TypeError("MEMORY_BUDGET_MB is no whole number.");
  return Number(MEMORY_BUDGET_MB) * 2 ** 20;
}

/** How long a request may wait for its turn beyond its own computing time, by `QUEUE_LIMIT_MS`. @throws RequestFailure `misconfigured` */
export function queueLimit({ QUEUE_LIMIT_MS }: { QUEUE_LIMIT_MS: string }): number {
  if (!/^\d+$/.test(QUEUE_LIMIT_MS))
    throw new RequestFailure({
      kind: "misconfigured",
      reason: "QUEUE_LIMIT_MS must be a whole number of milliseconds.",
    });
  return Number(QUEUE_LIMIT_MS);
}

/** Which engine runs a model: the one that `ENGINE` names, else the one that its manifest names, else ONNX Runtime. */
export function engineOf({ ENGINE }: Pick<Variables, "ENGINE">, { engine }: Pick<Manifest, "engine">): string {
  return ENGINE || (engine ?? "ort");
}

/** @throws BundleError for int4 layers in another engine than our own: ONNX Runtime would unfold them to eight times their size */
export function requireEngine(engine: string, { id, ffn_weights }: Pick<Manifest, "id" | "ffn_weights">): void {
  if (ffn_weights && engine !== "simd")
    throw new BundleError(`The layers of "${id}" are int4, which ENGINE = "simd" runs alone.`);
}

/**
 * What `ENGINE`, `LAYERS` and the binding `NEXT_STAGE` say of this isolate's part of the encoder.
 *
 * @throws TypeError; BundleError when the engine can't run the model
 */
export function encoderSettings(env: Variables, manifest: Manifest): EncoderSettings {
  const range = layersOf(env, manifest);
  const isLast = range.end === manifest.architecture.layers;
  if (isLast !== !env.NEXT_STAGE)
    throw new TypeError("LAYERS must end with the model's last layer where there is no NEXT_STAGE, and only there.");
  const engine = engineOf(env, manifest);
  requireEngine(engine, manifest);
  return { engine, range, next: env.NEXT_STAGE };
}

/** The same, and how many rows of the word table `RESIDENT_WORDS` keeps in memory. @throws as that does */
export function modelSettings(env: Variables, manifest: Manifest): ModelSettings {
  return { ...encoderSettings(env, manifest), residentWords: residentWordsOf(env, manifest) };
}

function layersOf({ LAYERS }: Variables, { architecture: { layers } }: Manifest): LayerRange {
  if (LAYERS === "") return { first: 0, end: layers };
  const [, first, last] = /^(\d+)-(\d+)$/.exec(LAYERS)?.map(Number) ?? [];
  if (first === undefined || last === undefined || first > last || last >= layers)
    throw new TypeError(`LAYERS names no layers of a model that has ${layers}.`);
  return { first, end: last + 1 };
}

function residentWordsOf({ RESIDENT_WORDS }: Variables, { architecture }: Manifest): number {
  if (RESIDENT_WORDS === "") return architecture.vocab_size;
  if (!/^\d+$/.test(RESIDENT_WORDS)) throw new TypeError("RESIDENT_WORDS is no whole number.");
  return Number(RESIDENT_WORDS);
}
