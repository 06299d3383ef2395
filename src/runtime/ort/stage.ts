import type { OrtModule } from "onnxruntime-web/ort-wasm-simd-threaded.mjs";
import { release } from "../release.ts";
import type { Shard, Shards, Stage } from "../stage.ts";
import { type OrtInstance, startOrt } from "./instance.ts";

/** Into the instance's memory. */
type Pointer = number;

const FLOAT32 = 1;
const CPU_MEMORY = 1;
const ALL_OPTIMIZATIONS = 99;
const SEQUENTIAL = 0;
const LOG_WARNINGS = 2;

/**
 * A stage in an ONNX Runtime of its own, a session for each shard. One shard's weights at a time are held outside of its
 * memory, and freed once they are copied.
 *
 * @param wasm ONNX Runtime's compiled module
 * @throws OrtError when ORT refuses a graph or its weights; nothing stays behind, so the next call may succeed
 */
export async function openStage(wasm: WebAssembly.Module, shards: Shards): Promise<Stage> {
  return openShards(await startOrt(wasm), shards);
}

/**
 * A stage in an ONNX Runtime that runs already.
 *
 * @throws OrtError when ORT refuses a graph or its weights; the instance's memory is then as free as before
 */
export async function openShards(instance: OrtInstance, shards: Shards): Promise<Stage> {
  const names = writeNames(instance.ort);
  const sessions: Pointer[] = [];
  try {
    for await (const shard of shards) sessions.push(await createSession(instance, shard));
  } catch (error) {
    for (const session of sessions) instance.ort._OrtReleaseSession(session);
    freeNames(instance.ort, names);
    throw error;
  }
  return {
    async run(hidden, tokens, rows = tokens) {
      return runSessions(instance, sessions, names, hidden, tokens, rows);
    },
    wasmMemoryBytes: () => instance.memory.buffer.byteLength,
  };
}

async function createSession(instance: OrtInstance, shard: Shard): Promise<Pointer> {
  const weights = new Uint8Array(shard.weightsBytes);
  try {
    const filled = await fill(weights, shard.weights);
    return createSessionFrom(instance, shard, weights.subarray(0, filled));
  } finally {
    release(weights);
  }
}

/** Copies the chunks into `bytes`, one behind the other. @returns how many bytes they have */
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
  // No arena and no memory pattern: both keep more memory than tweets need, and the lengths differ from run to run.
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

/** Pointer to [name of the input, name of the output], C strings that live as long as the instance. */
function writeNames(ort: OrtModule): Pointer {
  const names = ort._malloc(8);
  for (const [index, name] of ["hidden", "last_hidden"].entries()) {
    const bytes = ort.lengthBytesUTF8(name) + 1;
    const text = ort._malloc(bytes);
    ort.stringToUTF8(name, text, bytes);
    ort.setValue(names + 4 * index, text, "*");
  }
  return names;
}

function freeNames(ort: OrtModule, names: Pointer): void {
  for (const slot of [names, names + 4]) ort._free(ort.getValue(slot, "*"));
  ort._free(names);
}

/** Runs the sessions one after another, from one buffer of the instance's memory to another and back. */
function runSessions(
  instance: OrtInstance,
  sessions: readonly Pointer[],
  names: Pointer,
  hidden: Float32Array,
  tokens: number,
  rows: number,
): Float32Array<ArrayBuffer> {
  const { ort, memory, check } = instance;
  const buffers = ort._malloc(2 * hidden.byteLength);
  try {
    check(buffers !== 0, "No memory for the hidden states");
    let [input, output] = [buffers, buffers + hidden.byteLength];
    new Float32Array(memory.buffer, input, hidden.length).set(hidden);
    for (const session of sessions) {
      runSession(instance, session, names, [input, output], hidden.byteLength, [1, tokens, hidden.length / tokens]);
      [input, output] = [output, input];
    }
    return new Float32Array(memory.buffer, input, (hidden.length / tokens) * rows).slice();
  } finally {
    ort._free(buffers);
  }
}

function runSession(
  { ort, check }: OrtInstance,
  session: Pointer,
  names: Pointer,
  buffers: [input: Pointer, output: Pointer],
  bytes: number,
  shape: readonly number[],
): void {
  const stack = ort.stackSave();
  const tensors = ort.stackAlloc(8);
  ort.setValue(tensors, 0, "*");
  ort.setValue(tensors + 4, 0, "*");
  try {
    const dims = ort.stackAlloc(4 * shape.length);
    for (const [axis, size] of shape.entries()) ort.setValue(dims + 4 * axis, size, "i32");
    for (const [index, data] of buffers.entries()) {
      const tensor = ort._OrtCreateTensor(FLOAT32, data, bytes, dims, shape.length, CPU_MEMORY);
      check(tensor !== 0, "A tensor was refused");
      ort.setValue(tensors + 4 * index, tensor, "*");
    }
    const code = ort._OrtRun(session, names, tensors, 1, names + 4, 1, tensors + 4, 0);
    check(code === 0, "The run failed");
  } finally {
    for (const slot of [tensors, tensors + 4]) {
      const tensor = ort.getValue(slot, "*");
      if (tensor !== 0) ort._OrtReleaseTensor(tensor);
    }
    ort.stackRestore(stack);
  }
}
