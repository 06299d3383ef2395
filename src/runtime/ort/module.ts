// By its place on disk: wrangler's module collector does not follow the `exports` of a package.
import wasm from "../../../node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm";
import type { Shards, Stage } from "../stage.ts";
import { openStage } from "./stage.ts";

/** A stage in this isolate, on the WebAssembly that the build imports as a module; see `openStage`. */
export function createOrtStage(shards: Shards): Promise<Stage> {
  return openStage(wasm, shards);
}
