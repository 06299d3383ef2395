import type { OrtModule } from "onnxruntime-web/ort-wasm-simd-threaded.mjs";
import { type OrtInstance, startOrt } from "./ort-instance.ts";
import type { Stage } from "./stage.ts";

export interface StageFiles {
  /** ONNX graph with one float32 input `hidden` [1, tokens, hidden] and one output `last_hidden` of the same shape. */
  graph: ArrayBuffer;
  /** Its external data. */
  weights: ArrayBuffer;
  /** The name by which the graph calls the external data. */
  weightsName: string;
}

interface Session {
  instance: OrtInstance;
  /** Pointers into the instance's memory. */
  handle: number;
  names: number;
}

const FLOAT32 = 1;
const CPU_MEMORY = 1;
const ALL_OPTIMIZATIONS = 99;
const SEQUENTIAL = 0;
const LOG_WARNINGS = 2;

/**
 * A stage in an ONNX Runtime of its own. Neither buffer is kept: both are copied into WASM memory before this returns.
 *
 * @param wasm ONNX Runtime's compiled module
 * @throws OrtError when ORT refuses the graph or the weights; nothing stays behind, so the next call may succeed
 */
export async function openStage(wasm: WebAssembly.Module, files: StageFiles): Promise<Stage> {
  const session = createSession(await startOrt(wasm), files);
  return {
    run: async (hidden, tokens) => runSession(session, hidden, tokens),
    wasmMemoryBytes: () => session.instance.memory.buffer.byteLength,
  };
}

function createSession(instance: OrtInstance, { graph, weights, weightsName }: StageFiles): Session {
  const { ort, check } = instance;
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
  check(model !== 0, "No memory for the graph");
  ort.HEAPU8.set(new Uint8Array(graph), model);
  ort.mountExternalData(weightsName, new Uint8Array(weights));
  const handle = ort._OrtCreateSession(model, graph.byteLength, options);
  ort.unmountExternalData();
  check(handle !== 0, "The graph was refused");
  ort._free(model);
  ort._OrtReleaseSessionOptions(options);
  return { instance, handle, names: writeNames(ort) };
}

/** Pointer to [name of the input, name of the output], C strings that live as long as the instance. */
function writeNames(ort: OrtModule): number {
  const names = ort._malloc(8);
  for (const [index, name] of ["hidden", "last_hidden"].entries()) {
    const bytes = ort.lengthBytesUTF8(name) + 1;
    const text = ort._malloc(bytes);
    ort.stringToUTF8(name, text, bytes);
    ort.setValue(names + 4 * index, text, "*");
  }
  return names;
}

function runSession({ instance, handle, names }: Session, hidden: Float32Array, tokens: number): Float32Array {
  const { ort, memory, check } = instance;
  const stack = ort.stackSave();
  const input = ort._malloc(2 * hidden.byteLength);
  const output = input + hidden.byteLength;
  const tensors = ort.stackAlloc(8);
  ort.setValue(tensors, 0, "*");
  ort.setValue(tensors + 4, 0, "*");
  try {
    check(input !== 0, "No memory for the hidden states");
    new Float32Array(memory.buffer, input, hidden.length).set(hidden);
    const dims = ort.stackAlloc(12);
    for (const [axis, size] of [1, tokens, hidden.length / tokens].entries())
      ort.setValue(dims + 4 * axis, size, "i32");
    for (const [index, data] of [input, output].entries()) {
      const tensor = ort._OrtCreateTensor(FLOAT32, data, hidden.byteLength, dims, 3, CPU_MEMORY);
      check(tensor !== 0, "A tensor was refused");
      ort.setValue(tensors + 4 * index, tensor, "*");
    }
    const code = ort._OrtRun(handle, names, tensors, 1, names + 4, 1, tensors + 4, 0);
    check(code === 0, "The run failed");
    return new Float32Array(memory.buffer, output, hidden.length).slice();
  } finally {
    for (const slot of [tensors, tensors + 4]) {
      const tensor = ort.getValue(slot, "*");
      if (tensor !== 0) ort._OrtReleaseTensor(tensor);
    }
    ort._free(input);
    ort.stackRestore(stack);
  }
}
