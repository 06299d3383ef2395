import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { type EncoderModel, encode } from "../../../test/simd/model.ts";
import { relativeError } from "../../../test/simd/reference.ts";
import { compile, engine } from "../../../test/simd/workbench.ts";
import { type Manifest, manifestSchema } from "../../bundle/manifest.ts";
import { openTensors } from "../../bundle/tensors.ts";
import { createTokenizer } from "../../tokenizer/index.ts";
import { createEmbeddings, embeddingTensors } from "../embeddings.ts";
import { openStage } from "../ort/stage.ts";
import { type Stage, wholeStage } from "../stage.ts";
import { readOnnxTensors } from "./onnx-tensors.ts";
import { openSimdStage } from "./stage.ts";

const FOLDER = join(import.meta.dirname, "../../../models/bertweet-mini");
const FLOAT32 = 1;

const TEXTS = [
  "What a goal that was!!! 😍 https://t.co/x",
  "My train is two hours late again",
  "@ana the meeting on Tuesday starts at 10 a.m.",
  "Oh great, another Monday 🙃",
];

async function read(name: string): Promise<ArrayBuffer> {
  return Uint8Array.from(await readFile(join(FOLDER, name))).buffer;
}

let inputs: Float32Array[];
let wanted: number[][];
let simd: Stage;
let ort: Stage;

beforeAll(async () => {
  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(FOLDER, "manifest.json"), "utf8")));
  const { architecture } = manifest;
  const { graph: graphFile, weights: weightsName } = manifest.encoder[0] as Manifest["encoder"][number];
  const [graph, weights] = [await read(graphFile), await read(weightsName)];
  const shards = [{ graph, weightsName, weightsBytes: weights.byteLength, weights: [new Uint8Array(weights)] }];
  simd = await wholeStage(openSimdStage({ engine, architecture, shards }));
  const ortWasm = createRequire(import.meta.url).resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
  ort = await openStage(await compile(await readFile(ortWasm)), shards);

  const embeddings = openTensors(manifest, new Map([["embeddings.bin", await read("embeddings.bin")]]));
  const embed = createEmbeddings(embeddingTensors(embeddings, manifest));
  const text = async (name: string) => new TextDecoder().decode(await read(name));
  const { vocab, merges, emoji } = manifest.tokenizer;
  const tokenizer = createTokenizer({ vocab: await text(vocab), merges: await text(merges), emoji: await text(emoji) });
  const size = architecture.hidden_size;
  const words = new Int8Array(await read("words.bin"));
  inputs = TEXTS.map((each) => {
    const { ids } = tokenizer.encode(each);
    const rows = Int8Array.from([...ids].flatMap((id) => [...words.subarray(id * size, (id + 1) * size)]));
    return embed(ids, rows);
  });

  const tensors: EncoderModel["tensors"] = new Map();
  for (const { name, dims, dataType, place } of readOnnxTensors(graph)) {
    const bytes =
      "inline" in place
        ? Uint8Array.from(place.inline).buffer
        : weights.slice(place.offset, place.offset + place.length);
    tensors.set(name, { dims, data: dataType === FLOAT32 ? new Float32Array(bytes) : new Int8Array(bytes) });
  }
  wanted = inputs.map((hidden) => encode({ architecture, tensors }, hidden, false));
});

it("is nearer to float activations than ONNX Runtime is, on bertweet-mini", async () => {
  const errorOf = async (stage: Stage) => {
    const errors: number[] = [];
    for (const [index, hidden] of inputs.entries())
      errors.push(relativeError(await stage.run(hidden, hidden.length / 384), wanted[index] as number[]));
    return errors.reduce((sum, error) => sum + error, 0) / errors.length;
  };
  const [ours, ortError] = [await errorOf(simd), await errorOf(ort)];
  expect(ours).toBeLessThan(0.05);
  expect(ours).toBeLessThan(ortError);
});
