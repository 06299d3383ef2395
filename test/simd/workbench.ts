import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { allocateMemory, instantiateKernels, type Kernels, type Pointer } from "../../src/runtime/simd/kernels.ts";

// The types of workerd, which compiles nothing from bytes, hide this.
export const { compile } = WebAssembly as unknown as { compile(bytes: Uint8Array): Promise<WebAssembly.Module> };

/** `engine.wasm` as it is checked in. */
export const engine = await compile(await readFile(join(import.meta.dirname, "../../src/runtime/simd/engine.wasm")));

/** A memory for tests of single kernels: arrays are put one after another, with canaries behind each. */
export function openWorkbench() {
  const memory = allocateMemory(2 ** 23);
  const kernels = instantiateKernels(engine, memory);
  const { linear, linearByPairs, linearInt4, linearInt4ByPairs } = new WebAssembly.Instance(engine, { env: { memory } })
    .exports;
  const canaries: Pointer[] = [];
  let free = 0;
  function place(bytes: number): Pointer {
    const pointer = free;
    canaries.push(pointer + bytes);
    free = Math.ceil((pointer + bytes) / 16) * 16 + 16;
    new Uint8Array(memory.buffer).fill(CANARY, pointer + bytes, free);
    return pointer;
  }
  return {
    kernels,
    /** Both forms of `linear`, whatever this processor is faster with. */
    linears: [linear, linearByPairs] as Kernels["linear"][],
    int4Linears: [linearInt4, linearInt4ByPairs] as Kernels["linearInt4"][],
    place,
    put(data: Float32Array | Int8Array | Uint8Array): Pointer {
      const pointer = place(data.byteLength);
      new Uint8Array(memory.buffer).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), pointer);
      return pointer;
    },
    floats: (pointer: Pointer, length: number) => new Float32Array(memory.buffer, pointer, length).slice(),
    integers: (pointer: Pointer, length: number) => new Int32Array(memory.buffer, pointer, length).slice(),
    bytes: (pointer: Pointer, length: number) => new Uint8Array(memory.buffer, pointer, length).slice(),
    /** Whether nobody wrote behind any of the arrays. */
    intact: () => canaries.every((pointer) => new Uint8Array(memory.buffer)[pointer] === CANARY),
  };
}

const CANARY = 0xa5;
