import type { Manifest } from "../bundle/manifest.ts";
import { createOrtStage } from "./ort/module.ts";
import type { EngineName } from "./settings.ts";
import wasm from "./simd/engine.wasm";
import { createSimdStage } from "./simd/stage.ts";
import type { LayerRange, Shards, Stage } from "./stage.ts";

type Open = (manifest: Manifest, range: LayerRange, shards: Shards) => Promise<Stage>;

/** What can run layers, by the name that `ENGINE` in wrangler.toml gives it. Both read the same files, but for int4 layers. */
const engines: Record<EngineName, Open> = {
  /** ONNX Runtime: any graph. */
  ort: (_manifest, _range, shards) => createOrtStage(shards),
  /** The engine of our own: BERTweet's layers alone, in less memory and time. */
  simd: ({ architecture, ffn_weights }, range, shards) =>
    createSimdStage({ engine: wasm, architecture, ffn_weights, range, shards }),
};

/** @throws what the engine itself throws when the shards don't fit it */
export function openLayers(engine: EngineName, manifest: Manifest, range: LayerRange, shards: Shards): Promise<Stage> {
  return engines[engine](manifest, range, shards);
}
