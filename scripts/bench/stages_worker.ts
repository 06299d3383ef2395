import { readBlob, readManifest, readPointer } from "../../src/bundle/bucket.ts";
import { type Bundle, type ClassificationTask, fileOf } from "../../src/bundle/manifest.ts";
import { openTensors } from "../../src/bundle/tensors.ts";
import { createEmbeddings, embeddingTensors } from "../../src/runtime/embeddings.ts";
import { openEncoder } from "../../src/runtime/encoder.ts";
import { headProbabilities } from "../../src/runtime/heads.ts";
import { loadModel } from "../../src/runtime/model.ts";
import { createOrtStage } from "../../src/runtime/ort/module.ts";
import type { EngineName } from "../../src/runtime/settings.ts";
import { wholeStage } from "../../src/runtime/stage.ts";
import { openWordTable } from "../../src/runtime/word-table.ts";

const MODEL = "bertweet-mini";
const TASK = "sentiment";

/** The stages of one answer, each made to run once on a text of so many tokens; `states` goes from ids to last hidden states. */
type Stages = Record<string, (tokens: number, text: string) => unknown>;

const opened = new Map<string, Stages>();
const openers: Record<string, (bucket: R2Bucket) => Promise<Stages>> = {
  ort: (bucket) => openBundle(bucket, "ort"),
  simd: (bucket) => openBundle(bucket, "simd"),
  stock: openStock,
};

/**
 * `GET /{ort|simd|stock}/{stage}?runs=&tokens=&text=` makes that many runs of a stage; the first request loads. The clock in workerd may
 * stand still while code computes, so the time is taken outside.
 */
export default {
  async fetch(request: Request, { MODELS }: { MODELS: R2Bucket }): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const [, name = "", stage = ""] = pathname.split("/");
    const stages = opened.get(name) ?? (await openers[name]?.(MODELS));
    const run = stages?.[stage];
    if (!stages || !run) return new Response(null, { status: 404 });
    opened.set(name, stages);
    const [tokens, text] = [Number(searchParams.get("tokens")), searchParams.get("text") ?? ""];
    for (let runs = Number(searchParams.get("runs")); runs > 0; runs--) await run(tokens, text);
    return new Response();
  },
};

async function currentBundle(bucket: R2Bucket): Promise<Bundle> {
  const { version } = await readPointer(bucket, MODEL);
  return { version, manifest: await readManifest(bucket, version) };
}

async function openBundle(bucket: R2Bucket, engine: EngineName): Promise<Stages> {
  const bundle = await currentBundle(bucket);
  const { manifest } = bundle;
  const { layers, vocab_size: vocab, hidden_size: size } = manifest.architecture;
  const settings = { engine, range: { first: 0, end: layers }, next: undefined };
  const model = await loadModel(bucket, bundle, { ...settings, residentWords: vocab }, { whole: true });
  const stage = await wholeStage(openEncoder(bucket, bundle, settings));
  const words = await openWordTable(bucket, manifest, vocab);
  const { words: wordTensor, ...tensors } = manifest.tensors;
  const files = new Map<string, ArrayBuffer>();
  for (const { file } of Object.values(tensors)) files.set(file, await readBlob(bucket, fileOf(manifest, file)));
  const embed = createEmbeddings(embeddingTensors(openTensors(manifest, files), manifest));
  const head = model.head(manifest.tasks[TASK] as ClassificationTask);
  const embedded = async (tokens: number) => {
    const ids = idsOf(tokens);
    return embed(ids, (await words.rows(ids)).rows);
  };
  const hidden = await embedded(manifest.architecture.max_tokens);
  return {
    tokenize: (_, text) => model.tokenizer.encode(text),
    embed: embedded,
    encode: (tokens) => stage.run(hidden.slice(0, tokens * size), tokens),
    pass: (tokens) => stage.run(hidden.slice(0, tokens * size), tokens, 1), // what one classification asks for
    states: async (tokens) => stage.run(await embedded(tokens), tokens),
    heads: () => headProbabilities(hidden.subarray(0, size), head),
  };
}

/** The embeddings are in its graph; ids and mask go in as the first two columns (scripts/training/export_stock.py). */
async function openStock(bucket: R2Bucket): Promise<Stages> {
  const object = await bucket.get("stock.onnx");
  if (!object) throw new Error("The bucket lacks stock.onnx.");
  const { manifest } = await currentBundle(bucket);
  const width = manifest.architecture.hidden_size;
  const graph = await object.arrayBuffer();
  const stage = await createOrtStage([{ graph, weightsName: "none", weightsBytes: 0, weights: [] }]);
  return {
    states: (tokens) => {
      const columns = new Float32Array(tokens * width);
      for (const [row, id] of idsOf(tokens).entries()) columns.set([id, 1], row * width);
      return stage.run(columns, tokens);
    },
  };
}

function idsOf(tokens: number): Int32Array {
  return Int32Array.from({ length: tokens }, (_, i) => 4 + 97 * i);
}
