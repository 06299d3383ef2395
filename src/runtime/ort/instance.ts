import createOrtModule, { type OrtModule } from "onnxruntime-web/ort-wasm-simd-threaded.mjs";

/** ONNX Runtime refused something; the message is its own. */
export class OrtError extends Error {}

/** One running copy of ONNX Runtime with a memory of its own; the garbage collector frees it once nobody holds it. */
export interface OrtInstance {
  ort: OrtModule;
  memory: WebAssembly.Memory;
  /** Throws an OrtError with ORT's last message when `ok` is false. */
  check(ok: boolean, what: string): void;
}

const LOG_WARNINGS = 2;

/**
 * Starts ONNX Runtime from its compiled WebAssembly, by the package's Emscripten glue instead of its public API: that one
 * compiles from bytes, which workerd forbids at request time, it holds one instance for ever, and once its first start has
 * failed it refuses every later one (`aborted` in its wasm-factory). Here each call is a start of its own.
 *
 * Instantiation is synchronous, so that a request which is cancelled can't leave a start hanging half-way.
 *
 * @throws OrtError, or what WebAssembly throws when `wasm` is not ORT's module or memory is short
 */
export async function startOrt(wasm: WebAssembly.Module): Promise<OrtInstance> {
  let memory: WebAssembly.Memory | undefined;
  const ort = await createOrtModule({
    numThreads: 1,
    instantiateWasm(imports, receive) {
      const instance = new WebAssembly.Instance(wasm, imports);
      memory = importedMemory(imports);
      receive(instance, wasm);
    },
  });
  if (!memory) throw new OrtError("ONNX Runtime came up without its memory.");
  const check = (ok: boolean, what: string) => {
    if (!ok) throw new OrtError(`${what}: ${lastError(ort)}`);
  };
  check(ort._OrtInit(1, LOG_WARNINGS) === 0, "ONNX Runtime did not start");
  return { ort, memory, check };
}

/** The glue makes the memory and hands it to the module under a minified name. */
function importedMemory(imports: WebAssembly.Imports): WebAssembly.Memory | undefined {
  return Object.values(imports)
    .flatMap((namespace) => Object.values(namespace))
    .find((value) => value instanceof WebAssembly.Memory);
}

function lastError(ort: OrtModule): string {
  const stack = ort.stackSave();
  try {
    const pointers = ort.stackAlloc(8);
    ort._OrtGetLastError(pointers, pointers + 4);
    const message = ort.getValue(pointers + 4, "*");
    return message ? ort.UTF8ToString(message) : "no message";
  } finally {
    ort.stackRestore(stack);
  }
}
