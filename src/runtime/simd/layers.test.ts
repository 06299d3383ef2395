import { describe, expect, it } from "vitest";
import { createModel, type EncoderModel } from "../../../test/simd/model.ts";
import { createRandom } from "../../../test/simd/random.ts";
import { engine } from "../../../test/simd/workbench.ts";
import { allocateMemory, instantiateKernels } from "./kernels.ts";
import { encode } from "./layers.ts";
import { planMemory } from "./layout.ts";

const architecture = {
  hidden_size: 48,
  layers: 2,
  heads: 3,
  ffn_size: 208,
  max_tokens: 13,
  layer_norm_epsilon: 1e-12,
};

/** The engine with a model's weights. Every tensor goes directly to its place. */
function load({ tensors }: EncoderModel) {
  const layout = planMemory({ architecture });
  const memory = allocateMemory(layout.bytes);
  const kernels = instantiateKernels(engine, memory);
  for (const [name, place] of layout.tensors) {
    const data = tensors.get(name)?.data ?? new Float32Array(place.dims[0]).fill(1);
    if (place.kind === "vector") new Float32Array(memory.buffer, place.pointer, data.length).set(data);
    else {
      const { inner, columns, weights, sums } = place.linear;
      for (let step = 0; step < inner / 4; step++) {
        const rows = new Int8Array(memory.buffer, layout.buffers.ffn, 4 * columns);
        rows.set(data.subarray(4 * columns * step, 4 * columns * (step + 1)));
        kernels.packRows(layout.buffers.ffn, weights, sums, step, inner, columns);
      }
    }
  }
  return (input: Float32Array, tokens: number, rows?: number): Float32Array => {
    const hidden = new Float32Array(memory.buffer, layout.buffers.hidden, tokens * architecture.hidden_size);
    hidden.set(input);
    encode(kernels, layout, architecture, tokens, rows ?? tokens);
    return hidden.slice(0, (rows ?? tokens) * architecture.hidden_size);
  };
}

describe("encode", () => {
  const run = load(createModel(architecture, createRandom(1), true));
  const input = createRandom(2).floats(architecture.max_tokens * architecture.hidden_size);

  it.each([1, 2, 5, 12, 13])("finishes the first %i rows alone with the bits that they have among all", (rows) => {
    const all = run(input, architecture.max_tokens);
    expect(run(input, architecture.max_tokens, rows)).toEqual(all.slice(0, rows * architecture.hidden_size));
  });

  it("gives all rows after a run that finished one", () => {
    const all = run(input, architecture.max_tokens);
    run(input, architecture.max_tokens, 1);
    expect(run(input, architecture.max_tokens)).toEqual(all);
  });

  it("reads all tokens even where it finishes one", () => {
    const other = input.slice();
    other[other.length - 1] = 3;
    expect(run(other, architecture.max_tokens, 1)).not.toEqual(run(input, architecture.max_tokens, 1));
  });
});
