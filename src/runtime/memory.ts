import type { Manifest } from "../bundle/manifest.ts";
import { PAGE_BYTES } from "./simd/kernels.ts";
import { planMemory } from "./simd/layout.ts";
import type { LayerRange } from "./stage.ts";
import { wordRowBytes } from "./word-rows.ts";

/** ONNX Runtime's memory without a graph, and per byte of weights. Fitted to `npm run memory` with models of three sizes. */
const ORT_BYTES = 10 * 2 ** 20;
const ORT_BYTES_PER_WEIGHT_BYTE = 1.1;

/** Its memory starts with 16 MB and grows by a fifth, as in Emscripten. */
const ORT_FIRST_BYTES = 16 * 2 ** 20;
const ORT_GROWTH = 1.2;

/** What the tokenizer's tables and its cache of words hold for each piece of the vocabulary; measured at 32,000 and 64,000. */
const TOKENIZER_BYTES_PER_PIECE = 95;

/** Bytes of WebAssembly memory for some layers and their activations: exact for our own engine, an estimate for ORT. */
export function layerBytes(manifest: Manifest, engine: string, range: LayerRange): number {
  const { architecture, encoder, files } = manifest;
  if (engine === "simd") return Math.ceil(planMemory({ ...manifest, range }).bytes / PAGE_BYTES) * PAGE_BYTES;
  const { whole_graph } = manifest;
  const weights = encoder.reduce((sum, shard) => sum + (files[shard.weights]?.bytes ?? 0), 0);
  const needed =
    ORT_BYTES +
    ORT_BYTES_PER_WEIGHT_BYTE * weights * ((range.end - range.first) / architecture.layers) +
    ortActivationBytes(architecture);
  let bytes = ORT_FIRST_BYTES;
  while (bytes < needed) bytes *= ORT_GROWTH;
  // While ONNX Runtime reads a whole graph, all weights are in memory a second time. A shard has few weights.
  return Math.ceil(bytes + (whole_graph ? weights : 0));
}

/** Activations of the longest text in float32: attention scores before and after softmax, and six matrices [tokens, hidden]. */
function ortActivationBytes({ max_tokens, heads, hidden_size }: Manifest["architecture"]): number {
  return 4 * max_tokens * (2 * heads * max_tokens + 6 * hidden_size);
}

/** Bytes outside the layers: word rows in memory, positions, norms, heads, and the tokenizer's tables. */
export function tableBytes(manifest: Manifest, residentWords: number): number {
  const { architecture, files, tensors } = manifest;
  const names = new Set(Object.values(tensors).map(({ file }) => file));
  names.delete(tensors.words?.file ?? "");
  const words = tensors.words ? Math.min(residentWords, architecture.vocab_size) * wordRowBytes(manifest) : 0;
  const others = [...names].reduce((sum, name) => sum + (files[name]?.bytes ?? 0), 0);
  return words + others + architecture.vocab_size * TOKENIZER_BYTES_PER_PIECE;
}
