import ortWasm from "../../node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm";
import { readBlob, readManifest, readPointer } from "../../src/bundle/bucket.ts";
import { fileOf, type Manifest } from "../../src/bundle/manifest.ts";
import { openLayers } from "../../src/runtime/engines.ts";
import { startOrt } from "../../src/runtime/ort/instance.ts";
import type { EngineName } from "../../src/runtime/settings.ts";
import simdWasm from "../../src/runtime/simd/engine.wasm";
import { allocateMemory, instantiateKernels } from "../../src/runtime/simd/kernels.ts";
import { planMemory } from "../../src/runtime/simd/layout.ts";
import { type Stage, wholeStage } from "../../src/runtime/stage.ts";
import { createTokenizer, openTokenizer } from "../../src/tokenizer/index.ts";

const MODEL = "bertweet-mini";
const FIRST_TOKENS = 8;

let manifest: Manifest;
let stage: Stage;
const files = new Map<string, ArrayBuffer>();

/** The steps of loading, in order. Each step is a separate request, because the clock in workerd may stand still during one. */
const steps: Record<string, (bucket: R2Bucket, engine: EngineName) => unknown> = {
  empty: () => undefined,
  async read(bucket) {
    manifest = await readManifest(bucket, (await readPointer(bucket, MODEL)).version);
    for (const name of Object.keys(manifest.files)) files.set(name, await readBlob(bucket, fileOf(manifest, name)));
  },
  start: (_, engine) =>
    engine === "ort" ? startOrt(ortWasm) : instantiateKernels(simdWasm, allocateMemory(planMemory(manifest).bytes)),
  /** Starts the engine once more, and loads it. */
  async pack(_, engine) {
    const range = { first: 0, end: manifest.architecture.layers };
    const shards = manifest.encoder.map(({ graph, weights }) => {
      const bytes = new Uint8Array(fileNamed(weights));
      return { graph: fileNamed(graph), weightsName: weights, weightsBytes: bytes.length, weights: [bytes] };
    });
    stage = await wholeStage(openLayers(engine, manifest, range, shards));
  },
  tables: () => openTokenizer(fileNamed(manifest.tokenizer.tables ?? ""), manifest.tokenizer.kind),
  /** The same from the text files. */
  texts() {
    const { vocab, merges, emoji } = manifest.tokenizer;
    const text = (name: string) => new TextDecoder().decode(fileNamed(name));
    createTokenizer({ vocab: text(vocab), merges: text(merges), emoji: text(emoji) });
  },
  run: () => stage.run(new Float32Array(FIRST_TOKENS * manifest.architecture.hidden_size).fill(0.5), FIRST_TOKENS),
};

/** `GET /{ort|simd}/{step}` */
export default {
  async fetch(request: Request, { MODELS }: { MODELS: R2Bucket }): Promise<Response> {
    const [, engine = "", step = ""] = new URL(request.url).pathname.split("/");
    await steps[step]?.(MODELS, engine as EngineName);
    return new Response();
  },
};

function fileNamed(name: string): ArrayBuffer {
  return files.get(name) as ArrayBuffer;
}
