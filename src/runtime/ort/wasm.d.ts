/** ONNX Runtime's own JavaScript glue, without types in the package: what of it is used here, as of version 1.30.0. */
declare module "onnxruntime-web/ort-wasm-simd-threaded.mjs" {
  export interface OrtModule {
    /** Replaced by Emscripten whenever the memory has grown. */
    readonly HEAPU8: Uint8Array;
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    stackSave(): number;
    stackRestore(stack: number): void;
    stackAlloc(bytes: number): number;
    getValue(pointer: number, type: "i32" | "*"): number;
    setValue(pointer: number, value: number, type: "i32" | "*"): void;
    lengthBytesUTF8(text: string): number;
    stringToUTF8(text: string, pointer: number, maxBytes: number): void;
    UTF8ToString(pointer: number): string;
    mountExternalData(path: string, data: Uint8Array): void;
    unmountExternalData(): void;
    _OrtInit(threads: number, logLevel: number): number;
    _OrtGetLastError(codePointer: number, messagePointer: number): number;
    _OrtCreateSessionOptions(
      optimizationLevel: number,
      memoryArena: boolean,
      memoryPattern: boolean,
      executionMode: number,
      profiling: boolean,
      profilePrefix: number,
      logId: number,
      logSeverity: number,
      logVerbosity: number,
      optimizedModelPath: number,
    ): number;
    _OrtReleaseSessionOptions(options: number): number;
    _OrtCreateSession(model: number, modelBytes: number, options: number): number;
    _OrtReleaseSession(session: number): number;
    _OrtCreateTensor(
      type: number,
      data: number,
      bytes: number,
      dims: number,
      dimsCount: number,
      location: number,
    ): number;
    _OrtReleaseTensor(tensor: number): number;
    _OrtRun(
      session: number,
      inputNames: number,
      inputs: number,
      inputCount: number,
      outputNames: number,
      outputCount: number,
      outputs: number,
      options: number,
    ): number;
  }

  export default function createOrtModule(settings: {
    numThreads: number;
    instantiateWasm(
      imports: WebAssembly.Imports,
      receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
    ): void;
  }): Promise<OrtModule>;
}
