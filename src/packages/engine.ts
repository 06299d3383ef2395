import plain from "../runtime/simd/engine.plain.wasm";
import relaxed from "../runtime/simd/engine.wasm";

/*
 * Compiles the engine in `bertweet-edge/model`, where no runtime compiles it in advance. scripts/build.ts replaces the WebAssembly modules
 * with the bytes of both files, and the module that `runtime/engines.ts` imports with this file.
 */

let engine: WebAssembly.Module | undefined;

export { engine as default };

/** Compiles the engine with relaxed SIMD if this runtime has it. Otherwise the one without, which is slower and gives the same bytes. */
export async function compileEngine(): Promise<void> {
  engine ??= await compile(relaxed as unknown as BufferSource).catch(() => compile(plain as unknown as BufferSource));
}

function compile(bytes: BufferSource): Promise<WebAssembly.Module> {
  return (WebAssembly as unknown as { compile(bytes: BufferSource): Promise<WebAssembly.Module> }).compile(bytes);
}
