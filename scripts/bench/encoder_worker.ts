import type { Manifest } from "../../src/bundle/manifest.ts";
import { openTensors } from "../../src/bundle/tensors.ts";
import { createEmbeddings, embeddingTensors } from "../../src/runtime/embeddings.ts";
import { openEncoder } from "../../src/runtime/engines.ts";
import { createOrtStage } from "../../src/runtime/ort.ts";
import type { Stage } from "../../src/runtime/stage.ts";

interface Contestant {
  stage: Stage;
  /** What the stage is fed for these ids, float32 [ids, hidden]. */
  input(ids: Int32Array): Float32Array;
}

const contestants = new Map<string, Contestant>();
const openers: Record<string, (files: R2Bucket) => Promise<Contestant>> = {
  ort: (files) => openBundle(files, "ort"),
  simd: (files) => openBundle(files, "simd"),
  stock: openStock,
};

/** `GET /{ort|simd|stock}?tokens=&runs=`: that many runs, from ids to last hidden states; the first request loads. */
export default {
  async fetch(request: Request, env: { FILES: R2Bucket }): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const name = pathname.slice(1);
    const contestant = contestants.get(name) ?? (await openers[name]?.(env.FILES));
    if (!contestant) return new Response(null, { status: 404 });
    contestants.set(name, contestant);
    const { stage, input } = contestant;
    const ids = Int32Array.from({ length: Number(searchParams.get("tokens")) }, (_, i) => 4 + 97 * i);
    for (let run = Number(searchParams.get("runs")); run > 0; run--) await stage.run(input(ids), ids.length);
    return Response.json({ wasmMemoryBytes: stage.wasmMemoryBytes() });
  },
};

async function openBundle(files: R2Bucket, engine: string): Promise<Contestant> {
  const manifest: Manifest = JSON.parse(new TextDecoder().decode(await read(files, "manifest.json")));
  const { encoder } = manifest;
  const stage = await openEncoder(engine, manifest, {
    graph: await read(files, encoder.graph),
    weights: await read(files, encoder.weights),
  });
  const tensorFiles = new Map<string, ArrayBuffer>();
  for (const name of ["embeddings.bin", "heads.bin"]) tensorFiles.set(name, await read(files, name));
  const input = createEmbeddings(embeddingTensors(openTensors(manifest, tensorFiles), manifest));
  return { stage, input };
}

/** The embeddings are in its graph; ids and mask go in as the first two columns (scripts/export_stock.py). */
async function openStock(files: R2Bucket): Promise<Contestant> {
  const manifest: Manifest = JSON.parse(new TextDecoder().decode(await read(files, "manifest.json")));
  const width = manifest.architecture.hidden_size;
  const graph = await read(files, "stock.onnx");
  const stage = await createOrtStage({ graph, weights: new ArrayBuffer(0), weightsName: "none" });
  const input = (ids: Int32Array) => {
    const columns = new Float32Array(ids.length * width);
    ids.forEach((id, row) => {
      columns.set([id, 1], row * width);
    });
    return columns;
  };
  return { stage, input };
}

async function read(files: R2Bucket, key: string): Promise<ArrayBuffer> {
  const object = await files.get(key);
  if (!object) throw new Error(`The bucket lacks ${key}.`);
  return object.arrayBuffer();
}
