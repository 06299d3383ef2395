import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { allocateMemory, instantiateKernels, type Kernels, type Pointer } from "../../src/runtime/simd/kernels.ts";

// workerd's types don't have this, because workerd compiles nothing from bytes.
export const { compile } = WebAssembly as unknown as { compile(bytes: Uint8Array): Promise<WebAssembly.Module> };

const FOLDER = join(import.meta.dirname, "../../src/runtime/simd");

/** `engine.wasm` as it is checked in. */
export const engine = await compile(await readFile(join(FOLDER, "engine.wasm")));

/** The same without relaxed SIMD. */
const plainEngine = await compile(await readFile(join(FOLDER, "engine.plain.wasm")));

/** A memory for tests of single kernels: arrays are put one after another, with canaries behind each. */
export function openWorkbench() {
  const memory = allocateMemory(2 ** 23);
  const kernels = instantiateKernels(engine, memory);
  const forms = [engine, plainEngine].map((each) => new WebAssembly.Instance(each, { env: { memory } }).exports);
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
    /** Both forms of `linear`, whatever this processor is faster with, of both engines, each with the form of `packRows` that it needs. */
    linears: forms.flatMap(({ packRows, linear, packRowsByPairs, linearByPairs }) => [
      { packRows, linear },
      { packRows: packRowsByPairs, linear: linearByPairs },
    ]) as Pick<Kernels, "packRows" | "linear">[],
    int4Linears: forms.flatMap((each) => [each.linearInt4, each.linearInt4ByPairs]) as Kernels["linearInt4"][],
    place,
    put(data: Float32Array | Int8Array | Uint8Array): Pointer {
      const pointer = place(data.byteLength);
      new Uint8Array(memory.buffer).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), pointer);
      return pointer;
    },
    floats: (pointer: Pointer, length: number) => new Float32Array(memory.buffer, pointer, length).slice(),
    integers: (pointer: Pointer, length: number) => new Int32Array(memory.buffer, pointer, length).slice(),
    bytes: (pointer: Pointer, length: number) => new Uint8Array(memory.buffer, pointer, length).slice(),
    /** Whether nothing was written after any of the arrays. */
    intact: () => canaries.every((pointer) => new Uint8Array(memory.buffer)[pointer] === CANARY),
  };
}

const CANARY = 0xa5;
