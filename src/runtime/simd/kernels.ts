/** A byte address in the engine's memory. */
export type Pointer = number;

type Linear = (
  q: Pointer,
  ranges: Pointer,
  weights: Pointer,
  sums: Pointer,
  scales: Pointer,
  bias: Pointer,
  output: Pointer,
  rows: number,
  inner: number,
  columns: number,
) => void;

type PackRows = (source: Pointer, packed: Pointer, sums: Pointer, step: number, inner: number, columns: number) => void;

type LinearInt4 = (
  q: Pointer,
  ranges: Pointer,
  weights: Pointer,
  factors: Pointer,
  sums: Pointer,
  scales: Pointer,
  bias: Pointer,
  output: Pointer,
  rows: number,
  inner: number,
  columns: number,
) => void;

/** The functions of `engine.wasm`. `assembly/` documents what each computes, and the shape at each pointer. */
export interface Kernels {
  packRows: PackRows;
  packInt4(source: Pointer, packed: Pointer, step: number, inner: number, columns: number): void;
  splitScales(source: Pointer, scales: Pointer, factors: Pointer, rows: number, columns: number): void;
  sumInt4(packed: Pointer, factors: Pointer, sums: Pointer, inner: number, columns: number): void;
  quantizeRows(source: Pointer, target: Pointer, ranges: Pointer, rows: number, size: number): void;
  linear: Linear;
  linearInt4: LinearInt4;
  gelu(x: Pointer, scale: Pointer, rows: number, columns: number): void;
  attention(
    qkv: Pointer,
    keys: Pointer,
    scores: Pointer,
    context: Pointer,
    queries: number,
    tokens: number,
    heads: number,
    headSize: number,
  ): void;
  addNormalize(
    x: Pointer,
    residual: Pointer,
    residualScale: Pointer,
    weight: Pointer,
    bias: Pointer,
    output: Pointer,
    epsilon: number,
    rows: number,
    size: number,
  ): void;
}

export const PAGE_BYTES = 65_536;

/** A memory of this size, rounded up to WebAssembly's page size. It can't grow. */
export function allocateMemory(bytes: number): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE_BYTES);
  return new WebAssembly.Memory({ initial: pages, maximum: pages });
}

interface Exports extends Kernels {
  packRowsByPairs: PackRows;
  linearByPairs: Linear;
  linearInt4ByPairs: LinearInt4;
  dotIsEmulated(byte: number): number;
}

/**
 * The engine's functions on `memory`. `linear` and `linearInt4` have two forms that give the same bits, and `packRows` has one for each form
 * of `linear`. It chooses the forms that are faster on this processor.
 *
 * @param engine `engine.wasm`, compiled
 */
export function instantiateKernels(engine: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  const exports = new WebAssembly.Instance(engine, { env: { memory } }).exports as unknown as Exports;
  if (!exports.dotIsEmulated(255)) return exports;
  const { packRowsByPairs: packRows, linearByPairs: linear, linearInt4ByPairs: linearInt4 } = exports;
  return { ...exports, packRows, linear, linearInt4 };
}
