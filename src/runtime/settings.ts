import { BundleError } from "../bundle/bundle-error.ts";
import type { Manifest } from "../bundle/manifest.ts";
import { RequestFailure } from "../errors.ts";
import type { LayerRange, NextStage } from "./stage.ts";

/** What can run the layers: ONNX Runtime, and the engine of our own. */
const ENGINES = ["ort", "simd"] as const;

export type EngineName = (typeof ENGINES)[number];

export interface EncoderSettings {
  engine: EngineName;
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
  QUEUE_LIMIT_MS: string;
  NEXT_STAGE?: NextStage;
}

/** The ids of the models that are served, in `MODEL`; the first is the default. @throws RequestFailure `misconfigured` */
export function modelIds({ MODEL }: Pick<Variables, "MODEL">): string[] {
  const ids = MODEL.split(",").map((id) => id.trim());
  if (!ids.every((id) => /^[a-z0-9][a-z0-9-]*$/.test(id)))
    throw misconfigured("MODEL", "must be the ids of models, with commas between them");
  return ids;
}

/** Bytes that the isolate may hold in all, by `MEMORY_BUDGET_MB`. @throws RequestFailure `misconfigured` */
export function memoryBudget({ MEMORY_BUDGET_MB }: Pick<Variables, "MEMORY_BUDGET_MB">): number {
  if (!/^\d+$/.test(MEMORY_BUDGET_MB)) throw misconfigured("MEMORY_BUDGET_MB", "must be a whole number of megabytes");
  return Number(MEMORY_BUDGET_MB) * 2 ** 20;
}

/** How long a request may wait for its turn beyond its own computing time, by `QUEUE_LIMIT_MS`. @throws RequestFailure `misconfigured` */
export function queueLimit({ QUEUE_LIMIT_MS }: Pick<Variables, "QUEUE_LIMIT_MS">): number {
  if (!/^\d+$/.test(QUEUE_LIMIT_MS)) throw misconfigured("QUEUE_LIMIT_MS", "must be a whole number of milliseconds");
  return Number(QUEUE_LIMIT_MS);
}

/**
 * Which engine runs a model: the one that `ENGINE` names, else the one that its manifest names, else ONNX Runtime.
 *
 * @throws RequestFailure `misconfigured` when there is no engine of that name
 */
export function engineOf(
  { ENGINE }: Pick<Variables, "ENGINE">,
  { engine = "ort" }: Pick<Manifest, "engine">,
): EngineName {
  if (ENGINE === "") return engine;
  const named = ENGINES.find((name) => name === ENGINE);
  if (!named) throw misconfigured("ENGINE", `must be one of ${ENGINES.join(", ")}, or empty`);
  return named;
}

/** @throws BundleError for int4 layers in another engine than our own: ONNX Runtime would unfold them to eight times their size */
export function requireEngine(engine: string, { id, ffn_weights }: Pick<Manifest, "id" | "ffn_weights">): void {
  if (ffn_weights && engine !== "simd")
    throw new BundleError(`The layers of "${id}" are int4, which ENGINE = "simd" runs alone.`);
}

/**
 * What `ENGINE`, `LAYERS` and the binding `NEXT_STAGE` say of this isolate's part of the encoder.
 *
 * @throws RequestFailure `misconfigured`; BundleError when the engine can't run the model
 */
export function encoderSettings(env: Variables, manifest: Manifest): EncoderSettings {
  const range = layersOf(env, manifest);
  const isLast = range.end === manifest.architecture.layers;
  if (isLast !== !env.NEXT_STAGE)
    throw misconfigured("LAYERS", "must end with the model's last layer where there is no NEXT_STAGE, and only there");
  const engine = engineOf(env, manifest);
  requireEngine(engine, manifest);
  return { engine, range, next: env.NEXT_STAGE };
}

/** The same, and how many rows of the word table `RESIDENT_WORDS` keeps in memory. @throws as that does */
export function modelSettings(env: Variables, manifest: Manifest): ModelSettings {
  return { ...encoderSettings(env, manifest), residentWords: residentWordsOf(env) ?? manifest.architecture.vocab_size };
}

/**
 * Checks what can be checked without a model, before a deployment.
 *
 * @throws RequestFailure `misconfigured` that names the first variable that is wrong
 */
export function checkVariables(env: Variables): void {
  modelIds(env);
  memoryBudget(env);
  queueLimit(env);
  engineOf(env, {});
  parseLayers(env);
  residentWordsOf(env);
}

function layersOf(env: Variables, { architecture: { layers } }: Manifest): LayerRange {
  const range = parseLayers(env) ?? { first: 0, end: layers };
  if (range.end > layers) throw misconfigured("LAYERS", `names layers beyond those of a model that has ${layers}`);
  return range;
}

function parseLayers({ LAYERS }: Pick<Variables, "LAYERS">): LayerRange | undefined {
  if (LAYERS === "") return undefined;
  const [, first, last] = /^(\d{1,4})-(\d{1,4})$/.exec(LAYERS)?.map(Number) ?? [];
  if (first === undefined || last === undefined || first > last)
    throw misconfigured("LAYERS", 'must be a range of layers such as "0-5", or empty');
  return { first, end: last + 1 };
}

function residentWordsOf({ RESIDENT_WORDS }: Pick<Variables, "RESIDENT_WORDS">): number | undefined {
  if (RESIDENT_WORDS === "") return undefined;
  if (!/^\d+$/.test(RESIDENT_WORDS)) throw misconfigured("RESIDENT_WORDS", "must be a whole number, or empty");
  return Number(RESIDENT_WORDS);
}

function misconfigured(variable: keyof Variables, what: string): RequestFailure {
  return new RequestFailure({ kind: "misconfigured", reason: `The variable ${variable} ${what}.` });
}
