import { expect, it } from "vitest";
import { createModel } from "../../../test/simd/model.ts";
import { writeOnnx } from "../../../test/simd/onnx-writer.ts";
import { createRandom } from "../../../test/simd/random.ts";
import { engine } from "../../../test/simd/workbench.ts";
import { allocateMemory, instantiateKernels, type Kernels } from "./kernels.ts";
import { encode } from "./layers.ts";
import { type MemoryPlan, planMemory } from "./layout.ts";
import { loadWeights } from "./load-weights.ts";

const TOKENS = 13;
const architecture = {
  hidden_size: 64,
  layers: 2,
  heads: 2,
  ffn_size: 288,
  max_tokens: TOKENS,
  layer_norm_epsilon: 1e-12,
};

/** What the processor would take that has one instruction for four products, and the one that has none. */
const FORMS = [
  ["packRows", "linear", "linearInt4"],
  ["packRowsByPairs", "linearByPairs", "linearInt4ByPairs"],
] as const;

it.each([8, 4] as const)("the whole encoder gives the same bytes by both forms of linear (int%i)", async (bits) => {
  const model = createModel(architecture, createRandom(bits), true, bits);
  const plan: MemoryPlan = { architecture, ...(bits === 4 && { ffn_weights: { bits, group: 32 } }) };
  const states: Float32Array[] = [];
  for (const [packRows, linear, linearInt4] of FORMS) {
    const layout = planMemory(plan);
    const memory = allocateMemory(layout.bytes);
    const exports = new WebAssembly.Instance(engine, { env: { memory } }).exports as unknown as Kernels &
      Record<(typeof FORMS)[number][number], never>;
    const kernels: Kernels = {
      ...exports,
      packRows: exports[packRows],
      linear: exports[linear],
      linearInt4: exports[linearInt4],
    };
    const { graph, weights } = writeOnnx(model);
    const shard = { graph, weights: [new Uint8Array(weights)], weightsBytes: weights.byteLength, weightsName: "w.bin" };
    await loadWeights(memory, kernels, layout, [shard], () => {});
    const hidden = new Float32Array(memory.buffer, layout.buffers.hidden, TOKENS * architecture.hidden_size);
    hidden.set(createRandom(TOKENS).floats(hidden.length));
    encode(kernels, layout, architecture, TOKENS, TOKENS);
    states.push(hidden.slice());
  }
  expect(states[0]?.every(Number.isFinite)).toBe(true);
  expect(states[1]).toEqual(states[0]);
});

it("takes one of the two forms, by what the processor has", () => {
  const memory = allocateMemory(1);
  const { exports } = new WebAssembly.Instance(engine, { env: { memory } });
  const isEmulated = (exports.dotIsEmulated as (byte: number) => number)(255) !== 0;
  const { packRows, linear, linearInt4 } = instantiateKernels(engine, memory);
  const names = [packRows, linear, linearInt4].map(({ name }) => name); // an export's name is its index in the module
  expect(names).toEqual(FORMS[isEmulated ? 1 : 0].map((name) => (exports[name] as () => void).name));
});
