import type { Shards, Stage } from "../stage.ts";
import { allocateMemory, instantiateKernels } from "./kernels.ts";
import { encode } from "./layers.ts";
import { type MemoryPlan, planMemory } from "./layout.ts";
import { loadWeights } from "./load-weights.ts";

/** The plan's range is that of the layers that the shards hold. */
export interface SimdStageOptions extends MemoryPlan {
  /** `engine.wasm`, compiled. */
  engine: WebAssembly.Module;
  /** ONNX graphs as `scripts/training/bertweet/export/graph.py` writes them, of which only the tensors are read; weights are packed as they arrive. */
  shards: Shards;
}

/**
 * A stage in the engine of our own: weights in int8 or int4, activations of 7 bits, quantized token by token in small groups,
 * WebAssembly's relaxed SIMD for integer dot products alone. The same input gives the same bytes on every processor.
 *
 * Its memory has its final size from the start: weights, and activations for `max_tokens` tokens.
 *
 * @throws EngineError when the graph or the weights don't fit the architecture; RangeError when sizes don't fit the kernels
 */
export async function createSimdStage({ engine, shards, ...plan }: SimdStageOptions): Promise<Stage> {
  const { architecture } = plan;
  const layout = planMemory(plan);
  const memory = allocateMemory(layout.bytes);
  const kernels = instantiateKernels(engine, memory);
  await loadWeights(memory, kernels, layout, shards);
  return {
    async run(hidden, tokens, rows = tokens) {
      if (hidden.length !== tokens * architecture.hidden_size || tokens < 1 || tokens > architecture.max_tokens)
        throw new RangeError(`Hidden states of ${tokens} tokens can't have ${hidden.length} numbers here.`);
      const states = new Float32Array(memory.buffer, layout.buffers.hidden, hidden.length);
      states.set(hidden);
      encode(kernels, layout, architecture, tokens, rows);
      return states.slice(0, rows * architecture.hidden_size);
    },
    wasmMemoryBytes: () => memory.buffer.byteLength,
  };
}
