import type { Manifest } from "../../src/bundle/manifest.ts";
import { ISOLATE_BYTES } from "../../src/limits.ts";
import { layerBytes, tableBytes } from "../../src/runtime/memory.ts";
import { lastExit, requireEngine } from "../../src/runtime/settings.ts";
import type { LayerRange } from "../../src/runtime/stage.ts";
import { wordRowBytes } from "../../src/runtime/word-rows.ts";
import { Refusal } from "../lib/refusal.ts";

/** One isolate's part of a model; the first also has the tokenizer, the embeddings and the heads. */
interface PlannedIsolate {
  range: LayerRange;
  /** Peak memory, also while loading: layers, tables, and ISOLATE_BYTES. */
  bytes: number;
}

export interface Plan {
  engine: string;
  /** Memory of one isolate, in bytes. */
  budget: number;
  /** Number of word rows in the first isolate's memory. */
  residentWords: number;
  isolates: [PlannedIsolate, ...PlannedIsolate[]];
}

/** Minimum share of the vocabulary in memory, so that a text of everyday words does not wait for the bucket. */
const LEAST_RESIDENT = 1 / 20;

/**
 * Spreads a model over as few isolates as its shards and the budget allow. The last isolates are filled first. So free memory
 * is left in the first isolate, where the word table uses it.
 *
 * @param budget memory of one isolate, in bytes
 * @throws Refusal if a single shard or the tables don't fit; BundleError if the engine can't run the model
 */
export function planIsolates(manifest: Manifest, engine: string, budget: number): Plan {
  requireEngine(engine, manifest);
  const { layers, vocab_size } = manifest.architecture;
  const least = Math.ceil(vocab_size * LEAST_RESIDENT);
  const bytesOf = (range: LayerRange) => ISOLATE_BYTES + layerBytes(manifest, engine, range);
  // The first isolate answers from the exits, so it has every layer up to the last one.
  const leastLayers = engine === "simd" ? Math.max(1, lastExit(manifest)) : 1;
  const starts = shardStarts(manifest).filter((start) => start >= leastLayers);

  const behind: PlannedIsolate[] = [];
  let end = layers;
  while (bytesOf({ first: 0, end }) + tableBytes(manifest, least) > budget) {
    const first = starts.find((start) => start < end && bytesOf({ first: start, end }) <= budget);
    if (!first) throw new Refusal(`The model does not fit into isolates of ${Math.floor(budget / 2 ** 20)} MB.`);
    behind.unshift({ range: { first, end }, bytes: bytesOf({ first, end }) });
    end = first;
  }
  const range = { first: 0, end };
  const free = budget - bytesOf(range) - tableBytes(manifest, 0);
  // A whole graph contains its word embeddings.
  const residentWords = manifest.words ? Math.min(vocab_size, Math.floor(free / wordRowBytes(manifest))) : vocab_size;
  return {
    engine,
    budget,
    residentWords,
    isolates: [{ range, bytes: bytesOf(range) + tableBytes(manifest, residentWords) }, ...behind],
  };
}

/** The first layer of each shard, ascending. */
function shardStarts({ encoder }: Manifest): number[] {
  let layer = 0;
  return encoder.map((shard) => {
    const start = layer;
    layer += shard.layers;
    return start;
  });
}
