import type { OrtModule } from "onnxruntime-web/ort-wasm-simd-threaded.mjs";
import { release } from "../release.ts";
import type { Shard } from "../stage.ts";
import type { OrtInstance } from "./instance.ts";

/** An address in the instance's memory. */
export type Pointer = number;

/** onnx.proto's data types of the input and output tensors. */
export const FLOAT32 = 1;
export const INT64 = 7;

const CPU_MEMORY = 1;
const ALL_OPTIMIZATIONS = 99;
const SEQUENTIAL = 0;
const LOG_WARNINGS = 2;

/** A tensor's place in the instance's memory. */
export interface TensorPlace {
  type: number;
  data: Pointer;
  bytes: number;
  shape: readonly number[];
}

/**
 * Creates a session for a graph and its weights. The weights are in memory a second time until ORT has copied them.
 *
 * @throws OrtError if ORT refuses the graph or its weights; also the errors of the weights' iteration
 */
export async function createSession(instance: OrtInstance, shard: Shard): Promise<Pointer> {
  const weights = new Uint8Array(shard.weightsBytes);
  try {
    const filled = await fill(weights, shard.weights);
    return createSessionFrom(instance, shard, weights.subarray(0, filled));
  } finally {
    release(weights);
  }
}

/** Copies the chunks into `bytes`, one after another. @returns their total length in bytes */
async function fill(bytes: Uint8Array, chunks: Shard["weights"]): Promise<number> {
  let filled = 0;
  for await (const chunk of chunks) {
    bytes.set(chunk, filled);
    filled += chunk.length;
  }
  return filled;
}

function createSessionFrom(
  { ort, check }: OrtInstance,
  { graph, weightsName }: Shard,
  weights: Uint8Array<ArrayBuffer>,
): Pointer {
  // No arena and no memory pattern: both reserve more memory than tweets need, and lengths differ from run to run.
  const options = ort._OrtCreateSessionOptions(
    ALL_OPTIMIZATIONS,
    false,
    false,
    SEQUENTIAL,
    false,
    0,
    0,
    LOG_WARNINGS,
    0,
    0,
  );
  check(options !== 0, "Session options were refused");
  const model = ort._malloc(graph.byteLength);
  try {
    check(model !== 0, "No memory for the graph");
    ort.HEAPU8.set(new Uint8Array(graph), model);
    ort.mountExternalData(weightsName, weights);
    const session = ort._OrtCreateSession(model, graph.byteLength, options);
    check(session !== 0, "The graph was refused");
    return session;
  } finally {
    ort.unmountExternalData();
    ort._free(model);
    ort._OrtReleaseSessionOptions(options);
  }
}

/** Writes an array of pointers to names of inputs and outputs: C strings that live until `freeNames`. */
export function writeNames(ort: OrtModule, names: readonly string[]): Pointer {
  const pointers = ort._malloc(4 * names.length);
  for (const [index, name] of names.entries()) {
    const bytes = ort.lengthBytesUTF8(name) + 1;
    const text = ort._malloc(bytes);
    ort.stringToUTF8(name, text, bytes);
    ort.setValue(pointers + 4 * index, text, "*");
  }
  return pointers;
}

export function freeNames(ort: OrtModule, names: Pointer, count: number): void {
  for (let index = 0; index < count; index++) ort._free(ort.getValue(names + 4 * index, "*"));
  ort._free(names);
}

/**
 * Runs a session from `inputs` to one output, whose shape must be the graph's.
 *
 * @param names from `writeNames`: the inputs' names in order, then the output's name
 * @throws OrtError
 */
export function runSession(
  { ort, check }: OrtInstance,
  session: Pointer,
  names: Pointer,
  inputs: readonly TensorPlace[],
  output: TensorPlace,
): void {
  const stack = ort.stackSave();
  const places = [...inputs, output];
  const tensors = ort.stackAlloc(4 * places.length);
  for (const index of places.keys()) ort.setValue(tensors + 4 * index, 0, "*");
  try {
    for (const [index, { type, data, bytes, shape }] of places.entries()) {
      const dims = ort.stackAlloc(4 * shape.length);
      for (const [axis, size] of shape.entries()) ort.setValue(dims + 4 * axis, size, "i32");
      const tensor = ort._OrtCreateTensor(type, data, bytes, dims, shape.length, CPU_MEMORY);
      check(tensor !== 0, "A tensor was refused");
      ort.setValue(tensors + 4 * index, tensor, "*");
    }
    const count = inputs.length;
    const behind = 4 * count;
    const code = ort._OrtRun(session, names, tensors, count, names + behind, 1, tensors + behind, 0);
    check(code === 0, "The run failed");
  } finally {
    for (const index of places.keys()) {
      const tensor = ort.getValue(tensors + 4 * index, "*");
      if (tensor !== 0) ort._OrtReleaseTensor(tensor);
    }
    ort.stackRestore(stack);
  }
}
