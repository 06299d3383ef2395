import type { OpenedStage, Shards, Watch } from "../stage.ts";
import { allocateMemory, instantiateKernels } from "./kernels.ts";
import { encode } from "./layers.ts";
import { type MemoryPlan, planMemory } from "./layout.ts";
import { loadWeights } from "./load-weights.ts";

/** `range` must be the layers that the shards hold. */
export interface SimdStageOptions extends MemoryPlan {
  /** `engine.wasm`, compiled. */
  engine: WebAssembly.Module;
  /** ONNX graphs as `scripts/training/bertweet/export/graph.py` writes them, of which only the tensors are read; weights are packed as they arrive. */
  shards: Shards;
}

/**
 * A stage in our own engine. Weights are int8 or int4. Activations have 7 bits and are quantized token by token in small groups.
 * WebAssembly's relaxed SIMD is used for integer dot products only. The same input gives the same bytes on every processor.
 *
 * Its memory has its final size from the start: weights, and activations for `max_tokens` tokens. A run during the load uses the layers
 * that have arrived, and continues with each one that follows.
 *
 * @returns a stage whose `loaded` rejects with an EngineError when the graph or the weights don't fit the architecture
 * @throws RangeError when sizes don't fit the kernels
 */
export function openSimdStage({ engine, shards, ...plan }: SimdStageOptions): OpenedStage {
  const { architecture } = plan;
  const layout = planMemory(plan);
  const memory = allocateMemory(layout.bytes);
  const kernels = instantiateKernels(engine, memory);
  const count = layout.layers.length;
  const first = plan.range?.first ?? 0;
  const arrivals = countArrivals(count);
  const loaded = loadWeights(memory, kernels, layout, shards, arrivals.add).catch((error) => {
    arrivals.fail(error);
    throw error;
  });

  async function run(
    hidden: Float32Array,
    tokens: number,
    rows = tokens,
    watch?: Watch,
  ): Promise<Float32Array<ArrayBuffer>> {
    if (hidden.length !== tokens * architecture.hidden_size || tokens < 1 || tokens > architecture.max_tokens)
      throw new RangeError(`Hidden states of ${tokens} tokens can't have ${hidden.length} numbers here.`);
    const states = new Float32Array(memory.buffer, layout.buffers.hidden, hidden.length);
    states.set(hidden);
    for (let done = 0; ; ) {
      for (const arrived = arrivals.count(); done < arrived; ) {
        const from = done++;
        while (done < arrived && !watch?.layers.has(first + done)) done++;
        encode(kernels, layout, architecture, tokens, rows, from, done);
        if (watch?.layers.has(first + done) && watch.see(first + done, states)) return new Float32Array(0);
      }
      if (done === count) return states.slice(0, rows * architecture.hidden_size);
      const kept = states.slice(); // other texts run meanwhile
      await arrivals.next();
      states.set(kept);
    }
  }
  return { stage: { run, wasmMemoryBytes: () => memory.buffer.byteLength }, loaded };
}

/** Counts the layers that have arrived, up to the first missing one. */
function countArrivals(layers: number) {
  const arrived = new Set<number>();
  let count = 0;
  let failed: { error: unknown } | undefined;
  let waiting: (() => void)[] = [];
  const wakeAll = () => {
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  };
  return {
    count: () => count,
    add(layer: number): void {
      arrived.add(layer);
      while (count < layers && arrived.has(count)) count++;
      wakeAll();
    },
    fail(error: unknown): void {
      failed = { error };
      wakeAll();
    },
    /** Resolves when more have arrived. @throws the error of the load */
    async next(): Promise<void> {
      if (!failed) await new Promise<void>((resolve) => waiting.push(resolve));
      if (failed) throw failed.error;
    },
  };
}
