import { LRUCache } from "lru-cache";
import type { Bundle, Manifest } from "../bundle/manifest.ts";
import { log } from "../log.ts";
import type { Interface, WholeGraph } from "./ort/whole-graph.ts";
import { chooseEngine, type EngineName } from "./settings.ts";
import wasm from "./simd/engine.wasm";
import { allocateMemory, instantiateKernels } from "./simd/kernels.ts";
import { openSimdStage } from "./simd/stage.ts";
import type { LayerRange, OpenedStage, Shard, Shards, Stage } from "./stage.ts";

type Open = (manifest: Manifest, range: LayerRange, shards: Shards) => OpenedStage;

/** The engines that run layers, by their names in `ENGINE` of wrangler.toml. Both read the same files, except int4 layers. */
const engines: Record<EngineName, Open> = {
  ort: (_manifest, _range, shards) => onceWhole(importOrt().then(({ createOrtStage }) => createOrtStage(shards))),
  /** Our own engine. It runs only BERTweet's layers, in less memory and time. */
  simd: ({ architecture, ffn_weights }, range, shards) =>
    openSimdStage({ engine: wasm, architecture, ffn_weights, range, shards }),
};

/** ONNX Runtime's glue and its WebAssembly of 13 MB are started only where they are used. */
function importOrt() {
  return import("./ort/module.ts");
}

/** @throws what the engine itself throws when sizes don't fit it; `loaded` rejects when the shards don't */
export function openLayers(engine: EngineName, manifest: Manifest, range: LayerRange, shards: Shards): OpenedStage {
  return engines[engine](manifest, range, shards);
}

/** A stage that runs nothing before all of it is there. */
function onceWhole(opening: Promise<Stage>): OpenedStage {
  let stage: Stage | undefined;
  const loaded = opening.then((opened) => {
    stage = opened;
  });
  return {
    loaded,
    stage: {
      async run(hidden, tokens, rows, watch) {
        if (stage) return stage.run(hidden, tokens, rows, watch);
        const kept = hidden.slice();
        await loaded;
        return (stage as Stage | undefined as Stage).run(kept, tokens, rows, watch);
      },
      wasmMemoryBytes: () => stage?.wasmMemoryBytes() ?? 0,
    },
  };
}

/** Opens a whole graph. Only ONNX Runtime runs one. @throws OrtError if it refuses the graph or its weights */
export async function openWholeGraph(graph: Interface, shard: Shard): Promise<WholeGraph> {
  return (await importOrt()).createWholeGraph(graph, shard);
}

/** Versions whose engine is remembered. */
const VERSIONS = 64;

const chosen = new LRUCache<string, EngineName>({ max: VERSIONS });

/**
 * The engine that runs a version of a model in this isolate, by `ENGINE` and the version's manifest. The choice is made and logged once.
 *
 * @throws RequestFailure `misconfigured` when `ENGINE` names no engine
 */
export function engineOf(env: Pick<Env, "ENGINE">, { version, manifest }: Bundle): EngineName {
  const key = `${env.ENGINE} ${version}`;
  const known = chosen.get(key);
  if (known) return known;
  const choice = chooseEngine(env, manifest, simdStarts);
  chosen.set(key, choice.engine);
  log({ event: "engine-chosen", model: manifest.id, version, ...choice });
  return choice.engine;
}

let starts: boolean | undefined;

/** Whether our own engine can start in this isolate. Checked once. */
function simdStarts(): boolean {
  starts ??= tryStart();
  return starts;
}

function tryStart(): boolean {
  try {
    instantiateKernels(wasm, allocateMemory(1));
    return true;
  } catch {
    return false; // a runtime without relaxed SIMD, or a damaged module; the log says which engine runs instead
  }
}
