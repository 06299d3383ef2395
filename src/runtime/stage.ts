/**
 * A run of whole transformer layers, wherever it lives. What goes in and what comes out are hidden states of one text:
 * float32 [tokens, hidden], row by row, no padding.
 */
export interface Stage {
  /** @returns hidden states of the same shape, a copy that is the caller's own */
  run(hidden: Float32Array, tokens: number): Promise<Float32Array>;
  /** Bytes of WebAssembly memory that the stage holds. It never shrinks; the collector takes it with the stage. */
  wasmMemoryBytes(): number;
}
