import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openTensors } from "../../../src/bundle/tensors.ts";
import { createEmbeddings, embeddingTensors } from "../../../src/runtime/embeddings.ts";
import { readBundleFolder } from "../../bundle_folder.ts";
import { peer } from "./require.ts";

/** Last hidden states of the ids, by some engine. */
export type Encode = (ids: Int32Array) => Promise<unknown>;

interface Tensor {
  readonly data: Float32Array;
}

interface Session {
  run(feeds: { hidden: Tensor }): Promise<{ last_hidden: Tensor }>;
}

/** The parts of onnxruntime-node that are used here. */
interface OnnxRuntime {
  InferenceSession: { create(path: string, options: object): Promise<Session> };
  Tensor: new (type: "float32", data: Float32Array, dims: readonly number[]) => Tensor;
}

/** The native peer, and which of ONNX Runtime's two multiplication modes it uses. */
export interface Native {
  encode: Encode;
  note: string;
}

const THREADS = { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: "sequential" };
const EXACT = { extra: { session: { x64quantprecision: "1" } } };
const PROBE_IDS = Int32Array.from({ length: 64 }, (_, index) => 4 + 97 * index);
const SAME_ANSWER = 1e-5;

/**
 * The bundle's own graphs in onnxruntime-node with one thread: how fast the same weights can be without WebAssembly.
 *
 * On x86 processors without VNNI, ONNX Runtime's default sums of uint8 x int8 products saturate. That is faster, but it is another
 * answer than the Worker's. `session.x64quantprecision` makes the sums exact, and costs time on every x86 processor. So both are
 * asked once, and the default is compared only where it gives the exact answer.
 *
 * @returns `undefined` where the package is not installed
 */
export async function openNative(bundle: string): Promise<Native | undefined> {
  const ort = peer<OnnxRuntime>("onnxruntime-node");
  if (!ort) return undefined;
  const embed = await openEmbeddings(bundle);
  const [fast, exact] = [await openEncoder(ort, bundle, embed, {}), await openEncoder(ort, bundle, embed, EXACT)];
  const distance = relativeDistance(await fast(PROBE_IDS), await exact(PROBE_IDS));
  if (distance < SAME_ANSWER)
    return { encode: fast, note: "onnxruntime-node: default kernels, which are exact on this processor." };
  return {
    encode: exact,
    note: `onnxruntime-node: session.x64quantprecision = 1. The default kernels saturate on this processor: relative distance ${distance.toFixed(3)}.`,
  };
}

type Hidden = Float32Array<ArrayBuffer>;
type Embed = (ids: Int32Array) => { hidden: Hidden; size: number };

async function openEmbeddings(bundle: string): Promise<Embed> {
  const { manifest } = await readBundleFolder(bundle);
  const { hidden_size: size } = manifest.architecture;
  const files = new Map<string, ArrayBuffer>();
  for (const { file } of Object.values(manifest.tensors)) {
    const { buffer, byteOffset, length } = await readFile(join(bundle, file));
    files.set(file, buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer);
  }
  const tensors = openTensors(manifest, files);
  const words = tensors.int8("words");
  const embed = createEmbeddings(embeddingTensors(tensors, manifest));
  return (ids) => {
    const rows = new Int8Array(ids.length * size);
    for (const [index, id] of ids.entries()) rows.set(words.subarray(id * size, (id + 1) * size), index * size);
    return { hidden: embed(ids, rows), size };
  };
}

async function openEncoder(ort: OnnxRuntime, bundle: string, embed: Embed, options: object) {
  const { manifest } = await readBundleFolder(bundle);
  const sessions: Session[] = [];
  for (const { graph } of manifest.encoder)
    sessions.push(await ort.InferenceSession.create(join(bundle, graph), { ...THREADS, ...options }));
  return async (ids: Int32Array): Promise<Hidden> => {
    let { hidden, size } = embed(ids);
    for (const session of sessions) {
      const output = await session.run({ hidden: new ort.Tensor("float32", hidden, [1, ids.length, size]) });
      hidden = output.last_hidden.data as Hidden;
    }
    return hidden;
  };
}

/** Root mean square of the difference, as a share of the second's. */
function relativeDistance(one: Hidden, other: Hidden): number {
  let [error, energy] = [0, 0];
  for (const [index, value] of other.entries()) {
    error += ((one[index] as number) - value) ** 2;
    energy += value ** 2;
  }
  return Math.sqrt(error / energy);
}
