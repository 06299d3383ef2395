import type { Shard } from "../stage.ts";
import { type OrtInstance, startOrt } from "./instance.ts";
import { createSession, FLOAT32, freeNames, INT64, type Pointer, runSession, writeNames } from "./session.ts";

/** The inputs of a graph, int64 [1, tokens] each. There is no padding, and only one sentence. */
const VALUES = {
  input_ids: (ids: Int32Array) => BigInt64Array.from(ids, BigInt),
  attention_mask: (ids: Int32Array) => new BigInt64Array(ids.length).fill(1n),
  token_type_ids: (ids: Int32Array) => new BigInt64Array(ids.length),
};

/** The inputs and the output of a whole graph. */
export interface Interface {
  inputs: readonly (keyof typeof VALUES)[];
  output: {
    name: string;
    /** Whether it has one row for each token, [1, tokens, width], or one for the text, [1, width]. */
    per: "token" | "text";
    width: number;
  };
}

/** A graph that reads ids. It contains the embeddings, the layers and perhaps a head. */
export interface WholeGraph {
  /** @returns float32 [rows, width] of one text's first rows; [1, width] where there is one for a text */
  run(ids: Int32Array, rows: number): Float32Array<ArrayBuffer>;
  wasmMemoryBytes(): number;
}

/**
 * A whole graph in its own ONNX Runtime.
 *
 * @param wasm ONNX Runtime's compiled module
 * @throws OrtError when ORT refuses the graph or its weights
 */
export async function openWholeGraph(
  wasm: WebAssembly.Module,
  { inputs, output }: Interface,
  shard: Shard,
): Promise<WholeGraph> {
  const instance = await startOrt(wasm);
  const names = writeNames(instance.ort, [...inputs, output.name]);
  const session = await createSession(instance, shard).catch((error) => {
    freeNames(instance.ort, names, inputs.length + 1);
    throw error;
  });
  return {
    run: (ids, rows) => run(instance, session, names, { inputs, output }, ids, rows),
    wasmMemoryBytes: () => instance.memory.buffer.byteLength,
  };
}

function run(
  instance: OrtInstance,
  session: Pointer,
  names: Pointer,
  { inputs, output: { per, width } }: Interface,
  ids: Int32Array,
  rows: number,
): Float32Array<ArrayBuffer> {
  const { ort, memory, check } = instance;
  const values = inputs.map((name) => VALUES[name](ids));
  const shape = per === "token" ? [1, ids.length, width] : [1, width];
  const outputBytes = 4 * (per === "token" ? ids.length : 1) * width;
  const inputBytes = 8 * ids.length;
  const buffer = ort._malloc(inputs.length * inputBytes + outputBytes);
  try {
    check(buffer !== 0, "No memory for the ids and the states");
    const places = values.map((given, index) => {
      const data = buffer + index * inputBytes;
      new BigInt64Array(memory.buffer, data, ids.length).set(given);
      return { type: INT64, data, bytes: inputBytes, shape: [1, ids.length] };
    });
    const data = buffer + inputs.length * inputBytes;
    runSession(instance, session, names, places, { type: FLOAT32, data, bytes: outputBytes, shape });
    return new Float32Array(memory.buffer, data, (per === "token" ? rows : 1) * width).slice();
  } finally {
    ort._free(buffer);
  }
}
