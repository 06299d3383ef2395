import type { Manifest } from "../bundle/manifest.ts";
import { createOrtStage } from "./ort.ts";
import wasm from "./simd/engine.wasm";
import { createSimdStage } from "./simd/simd-stage.ts";
import type { Stage } from "./stage.ts";

/** The encoder's two files. */
export interface EncoderFiles {
  graph: ArrayBuffer;
  weights: ArrayBuffer;
}

/** What can run an encoder, by the name that `ENGINE` in wrangler.toml gives it. Both read the same two files. */
const engines: Record<string, (manifest: Manifest, files: EncoderFiles) => Promise<Stage>> = {
  /** ONNX Runtime: any graph. */
  ort: ({ encoder }, files) => createOrtStage({ ...files, weightsName: encoder.weights }),
  /** The engine of our own: BERTweet's layers alone, in less memory and time. */
  simd: ({ architecture }, files) => createSimdStage({ ...files, architecture, engine: wasm }),
};

/** @throws TypeError when there is no engine of that name; what the engine itself throws when the files don't fit it */
export function openEncoder(engine: string, manifest: Manifest, files: EncoderFiles): Promise<Stage> {
  const open = Object.hasOwn(engines, engine) ? engines[engine] : undefined;
  if (!open) throw new TypeError(`ENGINE is none of ${Object.keys(engines).join(", ")}.`);
  return open(manifest, files);
}
