import type { Shard, Shards, Stage } from "../stage.ts";
import { openStage } from "./stage.ts";
import { type Interface, openWholeGraph, type WholeGraph } from "./whole-graph.ts";

// By its place on disk: wrangler's module collector does not follow the `exports` of a package.
const wasm = async () =>
  (await import("../../../node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm")).default;

/** A stage in this isolate, on the WebAssembly that the build imports as a module; see `openStage`. */
export async function createOrtStage(shards: Shards): Promise<Stage> {
  return openStage(await wasm(), shards);
}

/** A whole graph on the same; see `openWholeGraph`. */
export async function createWholeGraph(graph: Interface, shard: Shard): Promise<WholeGraph> {
  return openWholeGraph(await wasm(), graph, shard);
}
