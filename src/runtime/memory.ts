import type { Manifest } from "../bundle/manifest.ts";
import { PAGE_BYTES } from "./simd/kernels.ts";
import { planMemory } from "./simd/layout.ts";
import type { LayerRange } from "./stage.ts";
import { wordRowBytes } from "./word-rows.ts";

/** ONNX Runtime's own memory before it has a graph, and what a byte of weights becomes in it; `npm run memory` measures both. */
const ORT_BYTES = 14 * 2 ** 20;
const ORT_BYTES_PER_WEIGHT_BYTE = 1.3;

/** What the tokenizer's tables and its cache of words hold for each piece of the vocabulary; measured at 32,000 and 64,000. */
const TOKENIZER_BYTES_PER_PIECE = 95;

/** Bytes of WebAssembly memory for some layers and their activations: exact for the engine of our own, an estimate for ORT. */
export function layerBytes(manifest: Manifest, engine: string, range: LayerRange): number {
  const { architecture, encoder, files } = manifest;
  if (engine === "simd") return Math.ceil(planMemory({ ...manifest, range }).bytes / PAGE_BYTES) * PAGE_BYTES;
  const weights = encoder.reduce((sum, shard) => sum + (files[shard.weights]?.bytes ?? 0), 0);
  return ORT_BYTES + ORT_BYTES_PER_WEIGHT_BYTE * weights * ((range.end - range.first) / architecture.layers);
}

/** Bytes outside of the layers: resident word rows, positions, norms, heads, and the tokenizer's tables. */
export function tableBytes(manifest: Manifest, residentWords: number): number {
  const { architecture, files, tensors } = manifest;
  const names = new Set(Object.values(tensors).map(({ file }) => file));
  names.delete(tensors.words?.file ?? "");
  const words = Math.min(residentWords, architecture.vocab_size) * wordRowBytes(manifest);
  const others = [...names].reduce((sum, name) => sum + (files[name]?.bytes ?? 0), 0);
  return words + others + architecture.vocab_size * TOKENIZER_BYTES_PER_PIECE;
}
