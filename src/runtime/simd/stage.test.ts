import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createModel, type EncoderModel, encode } from "../../../test/simd/model.ts";
import { writeOnnx } from "../../../test/simd/onnx-writer.ts";
import { createRandom } from "../../../test/simd/random.ts";
import { relativeError } from "../../../test/simd/reference.ts";
import { engine } from "../../../test/simd/workbench.ts";
import { type Shard, type Stage, type Watch, wholeStage } from "../stage.ts";
import { PAGE_BYTES } from "./kernels.ts";
import { type Architecture, planMemory } from "./layout.ts";
import { EngineError } from "./load-weights.ts";
import { openSimdStage, type SimdStageOptions } from "./stage.ts";

const architecture: Architecture = {
  hidden_size: 64,
  layers: 2,
  heads: 2,
  ffn_size: 256,
  max_tokens: 20,
  layer_norm_epsilon: 1e-12,
};
const model = createModel(architecture, createRandom(1), true);
const files = writeOnnx(model);
const hidden = (tokens: number, seed = tokens) => createRandom(seed).floats(tokens * architecture.hidden_size);

function shardOf({ graph, weights }: ReturnType<typeof writeOnnx>): Shard {
  return { graph, weights: [new Uint8Array(weights)], weightsBytes: weights.byteLength, weightsName: "w.bin" };
}

function open(of: EncoderModel, change: Partial<ReturnType<typeof writeOnnx>> = {}) {
  const shards = [shardOf({ ...writeOnnx(of), ...change })];
  return whole({ engine, architecture: of.architecture, shards });
}

async function whole(options: SimdStageOptions): Promise<Stage> {
  return wholeStage(openSimdStage(options));
}

function* chunksOf(bytes: ArrayBuffer, chunkBytes: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += chunkBytes) yield new Uint8Array(bytes.slice(at, at + chunkBytes));
}

/** The model's tensors with matching names. */
function part({ architecture, tensors }: EncoderModel, names: RegExp): EncoderModel {
  return { architecture, tensors: new Map([...tensors].filter(([name]) => names.test(name))) };
}

/** A shard whose weights arrive in parts, each on request. */
function slowShard(pieces: number) {
  const steps = Array.from({ length: pieces }, () => Promise.withResolvers<void>());
  const size = Math.ceil(files.weights.byteLength / pieces);
  async function* weights() {
    for (const [index, { promise }] of steps.entries()) {
      await promise;
      yield new Uint8Array(files.weights.slice(index * size, (index + 1) * size));
    }
  }
  const shard: Shard = {
    graph: files.graph,
    weights: weights(),
    weightsBytes: files.weights.byteLength,
    weightsName: "w.bin",
  };
  return { shard, steps };
}

describe("a stage that is still arriving", () => {
  it("runs several texts through the layers that are there, and gives what a whole one gives", async () => {
    const wanted = [3, 20, 8].map(async (tokens) => (await open(model)).run(hidden(tokens), tokens));
    const { shard, steps } = slowShard(23);
    const { stage, loaded } = openSimdStage({ engine, architecture, shards: [shard] });
    const runs = [stage.run(hidden(3), 3)];
    for (const [index, step] of steps.entries()) {
      step.resolve();
      await new Promise((resolve) => setTimeout(resolve));
      if (index === 5) runs.push(stage.run(hidden(20), 20));
      if (index === 15) runs.push(stage.run(hidden(8), 8));
    }
    await loaded;
    expect(await Promise.all(runs)).toEqual(await Promise.all(wanted));
  });

  it("has read what it was given when the call returns", async () => {
    const { shard, steps } = slowShard(2);
    const { stage } = openSimdStage({ engine, architecture, shards: [shard] });
    const given = hidden(20);
    const running = stage.run(given, 20);
    given.fill(Number.NaN);
    for (const step of steps) step.resolve();
    expect(await running).toEqual(await (await open(model)).run(hidden(20), 20));
  });

  it("tells the texts that wait why no more layers come", async () => {
    const { shard, steps } = slowShard(23);
    const { stage, loaded } = openSimdStage({ engine, architecture, shards: [shard] });
    const failed = Promise.allSettled([loaded, stage.run(hidden(3), 3)]);
    for (const step of steps.slice(0, 9)) step.resolve();
    steps[9]?.reject(new Error("The connection is gone."));
    for (const result of await failed)
      expect(result).toMatchObject({ status: "rejected", reason: { message: "The connection is gone." } });
    await expect(stage.run(hidden(3), 3)).rejects.toThrow("The connection is gone.");
  });
});

/** Remembers what it sees, and ends a run after a layer. */
function spy(layers: number[], endAfter?: number) {
  const seen: [number, Float32Array][] = [];
  const watch: Watch = {
    layers: new Set(layers),
    see(layer, states) {
      seen.push([layer, states.slice()]);
      return layer === endAfter;
    },
  };
  return { watch, seen };
}

describe("a watched run", () => {
  it("shows all states after a layer, as a stage of the layers before gives them, and changes nothing", async () => {
    const before = await whole({ engine, architecture, range: { first: 0, end: 1 }, shards: [shardOf(files)] });
    const { watch, seen } = spy([1, 2]);
    const stage = await open(model);
    const states = await stage.run(hidden(6), 6, 6, watch);
    expect(states).toEqual(await stage.run(hidden(6), 6));
    expect(seen).toEqual([
      [1, await before.run(hidden(6), 6)],
      [2, states],
    ]);
  });

  it("ends where the watch says so, and the next run is as ever", async () => {
    const stage = await open(model);
    const { watch, seen } = spy([1, 2], 1);
    expect(await stage.run(hidden(6), 6, 1, watch)).toHaveLength(0);
    expect(seen.map(([layer]) => layer)).toEqual([1]);
    expect(await stage.run(hidden(5), 5)).toEqual(await (await open(model)).run(hidden(5), 5));
  });

  it("counts the layers of the model, not those of the stage", async () => {
    const { watch, seen } = spy([1, 2]);
    const second = await whole({ engine, architecture, range: { first: 1, end: 2 }, shards: [shardOf(files)] });
    await second.run(hidden(5), 5, 5, watch);
    expect(seen.map(([layer]) => layer)).toEqual([2]);
  });

  it("ends before the layers behind have arrived", async () => {
    const { shard, steps } = slowShard(23);
    const { stage } = openSimdStage({ engine, architecture, shards: [shard] });
    const { watch, seen } = spy([1], 1);
    const running = stage.run(hidden(3), 3, 1, watch);
    for (const step of steps.slice(0, 16)) step.resolve();
    expect(await running).toHaveLength(0);
    expect(seen).toHaveLength(1);
  });
});

describe("openSimdStage", () => {
  it.each([1, 2, 3, 5, 13, 20])("encodes %i tokens as the reference does", async (tokens) => {
    const got = await (await open(model)).run(hidden(tokens), tokens);
    const wanted = encode(model, hidden(tokens), true);
    const size = architecture.hidden_size;
    const errors = Array.from({ length: tokens }, (_, token) => {
      const [start, end] = [token * size, (token + 1) * size];
      return relativeError(got.slice(start, end), wanted.slice(start, end));
    });
    // If a value is half-way between two of the 127 steps, float32 and double may round to different steps.
    expect(errors.toSorted((a, b) => a - b)[Math.floor((tokens - 1) / 2)]).toBeLessThan(1e-4);
    expect(relativeError(got, wanted)).toBeLessThan(0.02);
    expect(relativeError(got, encode(model, hidden(tokens), false))).toBeLessThan(0.03);
  });

  it("runs graphs without smoothing, and other head sizes", async () => {
    const other = createModel({ ...architecture, hidden_size: 128, layers: 1, ffn_size: 144 }, createRandom(2), false);
    const input = createRandom(3).floats(7 * 128);
    const got = await (await open(other)).run(input, 7);
    expect(relativeError(got, encode(other, input, true))).toBeLessThan(2e-3);
  });

  it.each([32, 1, 100_000])("runs int4 weights, which come in chunks of %i bytes", async (chunkBytes) => {
    const int4 = createModel({ ...architecture, ffn_size: 288 }, createRandom(4), true, 4);
    const files = writeOnnx(int4);
    const shards = [{ ...shardOf(files), weights: chunksOf(files.weights, chunkBytes) }];
    const plan = { architecture: int4.architecture, ffn_weights: { bits: 4, group: 32 } } as const;
    const stage = await whole({ engine, ...plan, shards });
    const got = await stage.run(hidden(13), 13);
    expect(relativeError(got, encode(int4, hidden(13), true))).toBeLessThan(0.02);
    expect(relativeError(got, encode(int4, hidden(13), false))).toBeLessThan(0.03);
    expect(createHash("sha256").update(got).digest("hex")).toBe(INT4_HASH);
    await expect(whole({ engine, ...plan, shards: [shardOf(writeOnnx(model))] })).rejects.toThrow(/ffn_in/);
  });

  it("gives the same bytes on every machine", async () => {
    const got = await (await open(model)).run(hidden(13), 13);
    expect(createHash("sha256").update(got).digest("hex")).toBe(HASH);
  });

  it("forgets a text before the next", async () => {
    const stage = await open(model);
    const first = await stage.run(hidden(6), 6);
    await stage.run(hidden(20), 20);
    await stage.run(hidden(3), 3);
    expect(await stage.run(hidden(6), 6)).toEqual(first);
  });

  it("answers the first rows alone where the others are not wanted", async () => {
    const stage = await open(model);
    const all = await stage.run(hidden(6), 6);
    expect(await stage.run(hidden(6), 6, 1)).toEqual(all.slice(0, architecture.hidden_size));
  });

  it("answers with a copy that the next run leaves alone", async () => {
    const stage = await open(model);
    const first = await stage.run(hidden(4), 4);
    const copy = first.slice();
    await stage.run(hidden(4, 99), 4);
    expect(first).toEqual(copy);
  });

  it.each([1, 1000, 4096])("packs a stream of %i-byte chunks as it packs a buffer", async (chunkBytes) => {
    const shards = [{ ...shardOf(files), weights: chunksOf(files.weights, chunkBytes) }];
    const stage = await whole({ engine, architecture, shards });
    expect(await stage.run(hidden(5), 5)).toEqual(await (await open(model)).run(hidden(5), 5));
  });

  it("runs layers of several shards as those of one", async () => {
    const shards = [part(model, /layers\.(-1|0)/), part(model, /layers\.(0\.ffn_norm\.unscale|1)/)].map((half) =>
      shardOf(writeOnnx(half)),
    );
    const stage = await whole({ engine, architecture, shards });
    expect(await stage.run(hidden(5), 5)).toEqual(await (await open(model)).run(hidden(5), 5));
  });

  it("runs some of the layers, and others the rest", async () => {
    const [first, second] = await Promise.all(
      [0, 1].map((layer) =>
        whole({ engine, architecture, range: { first: layer, end: layer + 1 }, shards: [shardOf(files)] }),
      ),
    );
    const between = (await first?.run(hidden(5), 5)) as Float32Array;
    expect(await second?.run(between, 5)).toEqual(await (await open(model)).run(hidden(5), 5));
    expect(second?.wasmMemoryBytes()).toBeLessThan((await open(model)).wasmMemoryBytes());
  });

  it("holds the planned memory, up to a page, before and after it ran", async () => {
    const stage = await open(model);
    const bytes = Math.ceil(planMemory({ architecture }).bytes / PAGE_BYTES) * PAGE_BYTES;
    expect(stage.wasmMemoryBytes()).toBe(bytes);
    await stage.run(hidden(20), 20);
    expect(stage.wasmMemoryBytes()).toBe(bytes);
  });

  it("refuses other sizes than it has room for", async () => {
    const stage = await open(model);
    await expect(stage.run(hidden(21), 21)).rejects.toBeInstanceOf(RangeError);
    await expect(stage.run(hidden(2), 3)).rejects.toBeInstanceOf(RangeError);
    await expect(stage.run(new Float32Array(), 0)).rejects.toBeInstanceOf(RangeError);
  });

  it("names the tensor that the weights end in", async () => {
    await expect(open(model, { weights: files.weights.slice(0, -1) })).rejects.toThrow(
      new EngineError("The weights end before the end of the tensor layers.1.ffn_out.weight."),
    );
  });

  it("names a tensor that is missing, or of another shape or type", async () => {
    const without = new Map(model.tensors);
    without.delete("layers.1.ffn_norm.bias");
    await expect(open({ architecture, tensors: without })).rejects.toThrow(/no tensor layers.1.ffn_norm.bias/);
    await expect(open({ ...model, architecture: { ...architecture, ffn_size: 128 } })).rejects.toThrow(/ffn_in.*shape/);
    const floats = new Map(model.tensors).set("layers.0.qkv.weight", {
      dims: [64, 192],
      data: new Float32Array(64 * 192),
    });
    await expect(open({ architecture, tensors: floats })).rejects.toThrow(/qkv.weight is of type 1/);
  });

  it("refuses a graph that is no ONNX file", async () => {
    await expect(open(model, { graph: Uint8Array.of(7, 7, 7).buffer })).rejects.toBeInstanceOf(RangeError);
  });
});

/** Hashes of the outputs' bytes. Any change of a kernel's arithmetic changes them. */
const HASH = "8ee986fef96ed9228bed6d9573f4e956c17d2b8bd138ed5fc4f0b35087e076a5";
const INT4_HASH = "2b154f3ee69c2f5edd2e660e057b11cc33ecec8377ffceefdf35495b88ae5e22";
