import { BundleError } from "../bundle/bundle-error.ts";
import type { Manifest } from "../bundle/manifest.ts";
import { RequestFailure } from "../errors.ts";
import { planMemory } from "./simd/layout.ts";
import type { LayerRange, NextStage } from "./stage.ts";

/** The engines that can run the encoder: ONNX Runtime, and our own. */
const ENGINES = ["ort", "simd"] as const;

export type EngineName = (typeof ENGINES)[number];

/** An engine, and the reason for the choice, for the log. */
export interface EngineChoice {
  engine: EngineName;
  reason: string;
}

/** This isolate's part of the encoder. */
export interface EncoderSettings {
  engine: EngineName;
  /** The layers that this isolate runs. */
  range: LayerRange;
  /** The isolate that runs the next layers, if there are any. */
  next: NextStage | undefined;
}

export interface ModelSettings extends EncoderSettings {
  /** Number of the vocabulary's first rows that are kept in memory. */
  residentWords: number;
}

/** The variables of wrangler.toml about models, and a binding that exists only in a plan of several isolates. */
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

/** Memory budget of the isolate in bytes, by `MEMORY_BUDGET_MB`. @throws RequestFailure `misconfigured` */
export function memoryBudget({ MEMORY_BUDGET_MB }: Pick<Variables, "MEMORY_BUDGET_MB">): number {
  if (!/^\d+$/.test(MEMORY_BUDGET_MB)) throw misconfigured("MEMORY_BUDGET_MB", "must be a whole number of megabytes");
  return Number(MEMORY_BUDGET_MB) * 2 ** 20;
}

/** How long a request may wait for its turn, in addition to its own computing time, by `QUEUE_LIMIT_MS`. @throws RequestFailure `misconfigured` */
export function queueLimit({ QUEUE_LIMIT_MS }: Pick<Variables, "QUEUE_LIMIT_MS">): number {
  if (!/^\d+$/.test(QUEUE_LIMIT_MS)) throw misconfigured("QUEUE_LIMIT_MS", "must be a whole number of milliseconds");
  return Number(QUEUE_LIMIT_MS);
}

/**
 * The engine that `ENGINE` names; undefined for "auto" or an empty value: then `chooseEngine` chooses.
 *
 * @throws RequestFailure `misconfigured` if there is no engine of that name
 */
function namedEngine({ ENGINE }: Pick<Variables, "ENGINE">): EngineName | undefined {
  if (ENGINE === "auto" || ENGINE === "") return undefined;
  const named = ENGINES.find((name) => name === ENGINE);
  if (!named) throw misconfigured("ENGINE", `must be one of auto, ${ENGINES.join(", ")}, or empty`);
  return named;
}

/**
 * Which engine runs a model: the one that `ENGINE` names. With "auto" it is our own engine, if it can start and supports the model's graph,
 * otherwise ONNX Runtime. The choice uses only the manifest, because the ETag depends on it and is needed before any file is read.
 *
 * @param simdStarts whether our own engine can start here; called only if it matters
 * @throws RequestFailure `misconfigured` if there is no engine of that name
 */
export function chooseEngine(
  env: Pick<Variables, "ENGINE">,
  manifest: Pick<Manifest, "architecture" | "engine" | "ffn_weights" | "whole_graph">,
  simdStarts: () => boolean,
): EngineChoice {
  const named = namedEngine(env);
  if (named) return { engine: named, reason: "ENGINE names it." };
  if (manifest.engine === "ort") return { engine: "ort", reason: "The model's manifest names it." };
  const unfit = unfitForSimd(manifest);
  if (unfit) return { engine: "ort", reason: `The engine simd can't run the model: ${unfit}` };
  if (!simdStarts()) return { engine: "ort", reason: "The engine simd can't start here." };
  return { engine: "simd", reason: "It knows the model's graph." };
}

/** Why our own engine can't run a model, by its manifest; undefined if it can. */
function unfitForSimd(manifest: Pick<Manifest, "architecture" | "ffn_weights" | "whole_graph">): string | undefined {
  if (manifest.whole_graph) return "Its graph is a whole one, made elsewhere.";
  try {
    planMemory(manifest);
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

/**
 * @throws BundleError for int4 layers in ONNX Runtime, which would expand them to eight times their size, and
 *   for a whole graph in our own engine, which supports only its own layers
 */
export function requireEngine(
  engine: string,
  { id, ffn_weights, whole_graph }: Pick<Manifest, "id" | "ffn_weights" | "whole_graph">,
): void {
  if (ffn_weights && engine !== "simd")
    throw new BundleError(`The layers of "${id}" are int4, which ENGINE = "simd" runs alone.`);
  if (whole_graph && engine !== "ort")
    throw new BundleError(`The graph of "${id}" is a whole one, which ENGINE = "ort" runs alone.`);
}

/**
 * This isolate's part of the encoder, by `LAYERS` and the binding `NEXT_STAGE`.
 *
 * @throws RequestFailure `misconfigured`; BundleError if the engine can't run the model, or an exit needs layers of other isolates
 */
export function encoderSettings(env: Variables, manifest: Manifest, engine: EngineName): EncoderSettings {
  const range = layersOf(env, manifest);
  const isLast = range.end === manifest.architecture.layers;
  if (isLast !== !env.NEXT_STAGE)
    throw misconfigured("LAYERS", "must end with the model's last layer where there is no NEXT_STAGE, and only there");
  requireEngine(engine, manifest);
  const last = lastExit(manifest);
  if (engine === "simd" && range.first === 0 && last > range.end)
    throw new BundleError(`An exit reads the states after layer ${last}, and this isolate has ${range.end} layers.`);
  return { engine, range, next: env.NEXT_STAGE };
}

/** The layer of the last exit of any task; 0 if there is none. */
export function lastExit({ tasks }: Pick<Manifest, "tasks">): number {
  const exits = Object.values(tasks).flatMap((task) => (task.kind === "classification" ? (task.exits ?? []) : []));
  return Math.max(0, ...exits.map(({ layer }) => layer));
}

/** The same, and the number of word rows in memory, by `RESIDENT_WORDS`. @throws like `encoderSettings` */
export function modelSettings(env: Variables, manifest: Manifest, engine: EngineName): ModelSettings {
  const settings = encoderSettings(env, manifest, engine);
  return { ...settings, residentWords: residentWordsOf(env) ?? manifest.architecture.vocab_size };
}

/**
 * Checks the variables before a deployment, as far as possible without a model.
 *
 * @throws RequestFailure `misconfigured` that names the first wrong variable
 */
export function checkVariables(env: Variables): void {
  modelIds(env);
  memoryBudget(env);
  queueLimit(env);
  namedEngine(env);
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
