import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Encode } from "./native.ts";
import { peer } from "./require.ts";

/** The parts of @huggingface/transformers that are used here. */
interface Transformers {
  env: { allowRemoteModels: boolean; localModelPath: string };
  AutoModel: {
    from_pretrained(name: string, options: object): Promise<(inputs: { hidden: unknown }) => Promise<unknown>>;
  };
  Tensor: new (type: "float32", data: Float32Array, dims: readonly number[]) => unknown;
}

/**
 * The usual export in @huggingface/transformers, with one thread. It has no BERTweet tokenizer, so it gets ids, in
 * the first two columns of the graph's input (see scripts/training/export_stock.py).
 *
 * @returns `undefined` where the package is not installed
 */
export async function openTransformersJs(stock: string, hiddenSize: number): Promise<Encode | undefined> {
  const transformers = peer<Transformers>("@huggingface/transformers");
  if (!transformers) return undefined;
  const { env, AutoModel, Tensor } = transformers;
  const folder = await mkdtemp(join(tmpdir(), "bertweet-stock-"));
  await mkdir(join(folder, "stock/onnx"), { recursive: true });
  await writeFile(join(folder, "stock/config.json"), JSON.stringify({ model_type: "bert" }));
  await copyFile(stock, join(folder, "stock/onnx/model_quantized.onnx"));
  env.allowRemoteModels = false;
  env.localModelPath = folder;
  const threads = { intraOpNumThreads: 1, interOpNumThreads: 1 };
  const model = await AutoModel.from_pretrained("stock", { dtype: "q8", device: "cpu", session_options: threads });
  await rm(folder, { recursive: true });
  return (ids) => {
    const columns = new Float32Array(ids.length * hiddenSize);
    for (const [row, id] of ids.entries()) columns.set([id, 1], row * hiddenSize);
    return model({ hidden: new Tensor("float32", columns, [1, ids.length, hiddenSize]) });
  };
}
