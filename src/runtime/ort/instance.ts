import createOrtModule, { type OrtModule } from "onnxruntime-web/ort-wasm-simd-threaded.mjs";

/** ONNX Runtime refused something. The message comes from it. */
export class OrtError extends Error {}

/** A running copy of ONNX Runtime with its own memory. The garbage collector frees it when it is no longer used. */
export interface OrtInstance {
  ort: OrtModule;
  memory: WebAssembly.Memory;
  /** Throws an OrtError with ORT's last message when `ok` is false. */
  check(ok: boolean, what: string): void;
}

const LOG_WARNINGS = 2;

/**
 * Starts ONNX Runtime from its compiled WebAssembly. It uses the package's Emscripten glue, not its public API, for three reasons. The
 * public API compiles from bytes, which workerd forbids at request time. It holds one instance for ever. After a failed first start
 * it refuses every later start (`aborted` in its wasm-factory). Here each call starts a new instance.
 *
 * Instantiation is synchronous, so that a cancelled request can't leave a half-finished start.
 *
 * @throws OrtError, or WebAssembly's error if `wasm` is not ORT's module or there is not enough memory
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

/** The glue makes the memory and passes it to the module under a minified name. */
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
