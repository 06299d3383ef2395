import { readBlob, readManifest, readPointer } from "../../src/bundle/bucket.ts";
import { fileOf, type Manifest } from "../../src/bundle/manifest.ts";
import engine from "../../src/runtime/simd/engine.wasm";
import { allocateMemory, instantiateKernels, type Pointer } from "../../src/runtime/simd/kernels.ts";
import { encode } from "../../src/runtime/simd/layers.ts";
import { type LinearPlace, planMemory } from "../../src/runtime/simd/layout.ts";
import { loadWeights } from "../../src/runtime/simd/load-weights.ts";
import { EMULATED_PATH, MOST_TOKENS } from "./engine_paths.ts";
import roofline from "./roofline/roofline.wasm";

const MODEL = "bertweet-mini";

/** One run of what a path names, with so many rows. */
type Run = (tokens: number) => void;

interface Engine {
  /** Puts what a text might have left into the buffers: of numbers that shrink with every run some become too small to be fast. */
  prepare: Run;
  runs: Record<string, Run>;
}

let opened: Engine | undefined;

/**
 * `GET /{what}?runs=&tokens=` makes that many runs of a kernel of the engine, or of the roofline at a kernel's shape; the first request
 * loads. The clock in workerd may stand still while code computes, so the time is taken outside. The path `dot` answers whether the
 * processor lacks the instruction for four products a lane.
 */
export default {
  async fetch(request: Request, { MODELS }: { MODELS: R2Bucket }): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === EMULATED_PATH) return new Response(String(isEmulated()));
    opened ??= await open(MODELS);
    const run = opened.runs[pathname.slice(1)];
    if (!run) return new Response(null, { status: 404 });
    const tokens = Number(searchParams.get("tokens"));
    opened.prepare(tokens);
    for (let runs = Number(searchParams.get("runs")); runs > 0; runs--) run(tokens);
    return new Response();
  },
};

function isEmulated(): boolean {
  const { exports } = new WebAssembly.Instance(engine, { env: { memory: allocateMemory(1) } });
  return (exports.dotIsEmulated as (byte: number) => number)(255) !== 0;
}

async function open(bucket: R2Bucket): Promise<Engine> {
  const manifest = await readManifest(bucket, (await readPointer(bucket, MODEL)).version);
  const architecture = { ...manifest.architecture, max_tokens: MOST_TOKENS };
  const layout = planMemory({ architecture });
  const memory = allocateMemory(layout.bytes);
  const kernels = instantiateKernels(engine, memory);
  await loadWeights(memory, kernels, layout, await shardsOf(bucket, manifest), () => {});
  const { layers, buffers } = layout;
  const { hidden_size: size, ffn_size: ffn, heads, layer_norm_epsilon: epsilon } = architecture;
  const states = new Float32Array(memory.buffer, buffers.hidden, MOST_TOKENS * size);
  for (let index = 0; index < states.length; index++) states[index] = Math.sin(index);
  const { hidden, update, qkv, context, quantized, ranges, keys, scores } = buffers;

  /** The matrices of a layer, in the order in which it uses them. */
  const matrices = layers.map(({ qkv, attentionOut, ffnIn, ffnOut }) => [qkv, attentionOut, ffnIn, ffnOut] as const);
  const linear = ({ inner, columns, weights, sums, scales, bias }: LinearPlace, rows: number) =>
    kernels.linear(quantized, ranges, weights, sums, scales, bias, buffers.ffn, rows, inner, columns);
  const ofEachLayer = (run: (layer: (typeof layers)[number], tokens: number) => void) => (tokens: number) => {
    for (const layer of layers) run(layer, tokens);
  };
  const runs: Record<string, Run> = {
    encode: (tokens) => encode(kernels, layout, architecture, tokens, tokens),
    linear: (tokens) => {
      for (const places of matrices) for (const place of places) linear(place, tokens);
    },
    attention: ofEachLayer((_, tokens) =>
      kernels.attention(qkv, keys, scores, context, tokens, tokens, heads, size / heads),
    ),
    quantization: ofEachLayer((_, tokens) => {
      for (const source of [hidden, context, hidden]) kernels.quantizeRows(source, quantized, ranges, tokens, size);
      kernels.quantizeRows(buffers.ffn, quantized, ranges, tokens, ffn);
    }),
    gelu: ofEachLayer(({ geluScale }, tokens) => kernels.gelu(buffers.ffn, geluScale, tokens, ffn)),
    normalization: ofEachLayer(({ attentionNorm, ffnNorm, inputScale, attentionScale }, tokens) => {
      normalize(inputScale, attentionNorm, tokens);
      normalize(attentionScale, ffnNorm, tokens);
    }),
  };
  function normalize(scale: Pointer, { weight, bias }: { weight: Pointer; bias: Pointer }, tokens: number): void {
    kernels.addNormalize(update, hidden, scale, weight, bias, hidden, epsilon, tokens, size);
  }

  const products = openRoofline(ffn);
  runs.roofline = (tokens) => {
    for (const places of matrices) for (const { inner, columns } of places) products(tokens, inner, columns);
  };
  // One matrix of each layer in turn, so that weights come from where they come from in use.
  for (const [index, { inner, columns }] of (matrices[0] as readonly LinearPlace[]).entries()) {
    runs[`roofline-${inner}x${columns}`] = ofEachLayer((_, tokens) => products(tokens, inner, columns));
    runs[`linear-${inner}x${columns}`] = (tokens) => {
      for (const places of matrices) linear(places[index] as LinearPlace, tokens);
    };
  }
  return {
    prepare(tokens) {
      kernels.quantizeRows(hidden, quantized, ranges, tokens, size);
      linear((layers[0] as (typeof layers)[number]).ffnIn, tokens); // to where `qkv` lies too
      kernels.quantizeRows(buffers.ffn, quantized, ranges, tokens, ffn);
    },
    runs,
  };
}

/** The pair products of a linear layer alone, by the form that the engine uses here. */
function openRoofline(mostInner: number): (rows: number, inner: number, columns: number) => void {
  const memory = allocateMemory(64 + 13 * mostInner);
  const { products, productsByPairs } = new WebAssembly.Instance(roofline, { env: { memory } }).exports as Record<
    string,
    (q: Pointer, weights: Pointer, sums: Pointer, rows: number, inner: number, columns: number) => void
  >;
  const form = (isEmulated() ? productsByPairs : products) as NonNullable<typeof products>;
  const [sums, q, weights] = [0, 64, 64 + 5 * mostInner];
  new Uint8Array(memory.buffer, q, 5 * mostInner).fill(77);
  new Int8Array(memory.buffer, weights, 8 * mostInner).fill(23);
  return (rows, inner, columns) => form(q, weights, sums, rows, inner, columns);
}

async function shardsOf(bucket: R2Bucket, manifest: Manifest) {
  return Promise.all(
    manifest.encoder.map(async ({ graph, weights }) => {
      const [graphBytes, bytes] = await Promise.all(
        [graph, weights].map((name) => readBlob(bucket, fileOf(manifest, name))),
      );
      const chunk = new Uint8Array(bytes as ArrayBuffer);
      return { graph: graphBytes as ArrayBuffer, weightsName: weights, weightsBytes: chunk.length, weights: [chunk] };
    }),
  );
}
