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

/** What is used of onnxruntime-node. */
interface OnnxRuntime {
  InferenceSession: {
    create(
      path: string,
      options: object,
    ): Promise<{ run(feeds: { hidden: Tensor }): Promise<{ last_hidden: Tensor }> }>;
  };
  Tensor: new (type: "float32", data: Float32Array, dims: readonly number[]) => Tensor;
}

/**
 * The bundle's own graphs in onnxruntime-node with one thread: how fast the same weights can be without WebAssembly.
 *
 * @returns `undefined` where the package is not installed
 */
export async function openNative(bundle: string): Promise<Encode | undefined> {
  const ort = peer<OnnxRuntime>("onnxruntime-node");
  if (!ort) return undefined;
  const { manifest } = await readBundleFolder(bundle);
  const { hidden_size: size } = manifest.architecture;
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: "sequential" };
  const sessions: Awaited<ReturnType<OnnxRuntime["InferenceSession"]["create"]>>[] = [];
  for (const { graph } of manifest.encoder)
    sessions.push(await ort.InferenceSession.create(join(bundle, graph), options));

  const files = new Map<string, ArrayBuffer>();
  for (const { file } of Object.values(manifest.tensors)) {
    const { buffer, byteOffset, length } = await readFile(join(bundle, file));
    files.set(file, buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer);
  }
  const tensors = openTensors(manifest, files);
  const words = tensors.int8("words");
  const embed = createEmbeddings(embeddingTensors(tensors, manifest));
  return async (ids) => {
    const rows = new Int8Array(ids.length * size);
    for (const [index, id] of ids.entries()) rows.set(words.subarray(id * size, (id + 1) * size), index * size);
    let hidden = embed(ids, rows);
    for (const session of sessions) {
      const output = await session.run({ hidden: new ort.Tensor("float32", hidden, [1, ids.length, size]) });
      hidden = output.last_hidden.data as Float32Array<ArrayBuffer>;
    }
    return hidden;
  };
}
