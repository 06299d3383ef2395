import type { Manifest } from "../../src/bundle/manifest.ts";
import { ISOLATE_BYTES } from "../../src/limits.ts";
import { layerBytes, tableBytes } from "../../src/runtime/memory.ts";
import { requireEngine } from "../../src/runtime/settings.ts";
import type { LayerRange } from "../../src/runtime/stage.ts";
import { wordRowBytes } from "../../src/runtime/word-rows.ts";
import { Refusal } from "../lib/refusal.ts";

/** One isolate's part of a model; the first also has the tokenizer, the embeddings and the heads. */
interface PlannedIsolate {
  range: LayerRange;
  /** Its peak, while loading too: layers, tables, and ISOLATE_BYTES. */
  bytes: number;
}

export interface Plan {
  engine: string;
  /** Bytes that one isolate may hold. */
  budget: number;
  /** How many rows of the word table the first isolate keeps. */
  residentWords: number;
  isolates: [PlannedIsolate, ...PlannedIsolate[]];
}

/** Share of the vocabulary whose rows stay in memory at least: a text of everyday words must not wait for the bucket. */
const LEAST_RESIDENT = 1 / 32;

/**
 * Spreads a model over as few isolates as its shards and the budget allow. The last ones are filled first, so that what is free is
 * free in the first, where it goes to the word table.
 *
 * @param budget bytes that one isolate may hold
 * @throws Refusal when a shard alone, or the tables, don't fit; BundleError when the engine can't run the model
 */
export function planIsolates(manifest: Manifest, engine: string, budget: number): Plan {
  requireEngine(engine, manifest);
  const { layers, vocab_size } = manifest.architecture;
  const least = Math.ceil(vocab_size * LEAST_RESIDENT);
  const bytesOf = (range: LayerRange) => ISOLATE_BYTES + layerBytes(manifest, engine, range);
  const starts = shardStarts(manifest).filter((start) => start > 0);

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
  const residentWords = Math.min(vocab_size, Math.floor(free / wordRowBytes(manifest)));
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
