import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { beforeAll, describe, expect, it } from "vitest";
import type { Shard } from "../stage.ts";
import { OrtError, startOrt } from "./instance.ts";
import { openShards, openStage } from "./stage.ts";

const HIDDEN = 4;

/** One field of a Protocol Buffers message: a number as varint, other values with their length. */
function field(number: number, value: number | string | number[]): number[] {
  if (typeof value === "number") return [number << 3, value];
  const bytes = typeof value === "string" ? [...new TextEncoder().encode(value)] : value;
  if (bytes.length > 127) return [(number << 3) | 2, (bytes.length & 127) | 128, bytes.length >> 7, ...bytes];
  return [(number << 3) | 2, bytes.length, ...bytes];
}

/** `last_hidden = hidden + shift`, an ONNX file whose `shift` [HIDDEN] is in `shift.bin`. Field numbers: onnx.proto. */
function addShiftGraph(): ArrayBuffer {
  const external = Object.entries({ location: "shift.bin", offset: "0", length: String(4 * HIDDEN) });
  const shift = [
    ...field(1, HIDDEN),
    ...field(2, 1),
    ...field(8, "shift"),
    ...external.flatMap(([key, value]) => field(13, [...field(1, key), ...field(2, value)])),
    ...field(14, 1),
  ];
  const shape = [field(1, 1), field(2, "tokens"), field(1, HIDDEN)].flatMap((dim) => field(1, dim));
  const interfaceOf = (name: string) => [
    ...field(1, name),
    ...field(2, field(1, [...field(1, 1), ...field(2, shape)])),
  ];
  const node = [...field(1, "hidden"), ...field(1, "shift"), ...field(2, "last_hidden"), ...field(4, "Add")];
  const graph = [
    ...field(1, node),
    ...field(2, "g"),
    ...field(5, shift),
    ...field(11, interfaceOf("hidden")),
    ...field(12, interfaceOf("last_hidden")),
  ];
  return Uint8Array.from([...field(1, 8), ...field(7, graph), ...field(8, [...field(1, ""), ...field(2, 17)])]).buffer;
}

const shard = (shift: number[]): Shard => ({
  graph: addShiftGraph(),
  weights: [new Uint8Array(Float32Array.from(shift).buffer)],
  weightsBytes: 4 * shift.length,
  weightsName: "shift.bin",
});

/** The Workers' types lack compilation from bytes, because workerd forbids it. These tests run in Node, which allows it. */
const { compile } = WebAssembly as unknown as { compile(bytes: Uint8Array): Promise<WebAssembly.Module> };

/** A module that imports a function `nope.f`, which does not exist. */
const UNFIT_MODULE = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 10, 1, 4, 110, 111, 112, 101, 1, 102, 0, 0];

let wasm: WebAssembly.Module;
beforeAll(async () => {
  const path = createRequire(import.meta.url).resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
  wasm = await compile(await readFile(path));
});

describe("openStage", () => {
  it("runs any number of tokens with the weights from the external data", async () => {
    const stage = await openStage(wasm, [shard([1, 2, 3, 4])]);
    expect([...(await stage.run(Float32Array.of(0, 0, 0, 0, 10, 20, 30, 40), 2))]).toEqual([
      1, 2, 3, 4, 11, 22, 33, 44,
    ]);
    expect([...(await stage.run(Float32Array.of(5, 5, 5, 5), 1))]).toEqual([6, 7, 8, 9]);
    expect([...(await stage.run(new Float32Array(2 * HIDDEN), 2, 1))]).toEqual([1, 2, 3, 4]);
  });

  it("answers with a copy that the next run leaves alone", async () => {
    const stage = await openStage(wasm, [shard([1, 1, 1, 1])]);
    const first = await stage.run(new Float32Array(HIDDEN), 1);
    await stage.run(new Float32Array(HIDDEN).fill(7), 1);
    expect([...first]).toEqual([1, 1, 1, 1]);
  });

  it("keeps nothing of the buffers it was given", async () => {
    const weights = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);
    const given = { ...shard([1, 2, 3, 4]), weights: [weights] };
    const stage = await openStage(wasm, [given]);
    new Uint8Array(given.graph).fill(0);
    weights.fill(0);
    expect([...(await stage.run(new Float32Array(HIDDEN), 1))]).toEqual([1, 2, 3, 4]);
  });

  it("runs shards in their order, in one memory", async () => {
    const one = await openStage(wasm, [shard([1, 2, 3, 4])]);
    const stage = await openStage(wasm, [shard([1, 2, 3, 4]), shard([10, 20, 30, 40])]);
    expect([...(await stage.run(new Float32Array(2 * HIDDEN), 2))]).toEqual([11, 22, 33, 44, 11, 22, 33, 44]);
    expect(stage.wasmMemoryBytes()).toBe(one.wasmMemoryBytes());
  });

  it("gives two stages a memory each", async () => {
    const [one, two] = await Promise.all([
      openStage(wasm, [shard([1, 1, 1, 1])]),
      openStage(wasm, [shard([2, 2, 2, 2])]),
    ]);
    expect([...(await two.run(new Float32Array(HIDDEN), 1))]).toEqual([2, 2, 2, 2]);
    expect([...(await one.run(new Float32Array(HIDDEN), 1))]).toEqual([1, 1, 1, 1]);
  });

  it("starts after a start that failed", async () => {
    const unfit = await compile(Uint8Array.from(UNFIT_MODULE));
    await expect(openStage(unfit, [shard([1, 1, 1, 1])])).rejects.toThrow("nope");
    const stage = await openStage(wasm, [shard([1, 2, 3, 4])]);
    expect([...(await stage.run(new Float32Array(HIDDEN), 1))]).toEqual([1, 2, 3, 4]);
  });

  it("reports why ORT refuses a graph or its weights, and opens the next ones", async () => {
    await expect(openStage(wasm, [{ ...shard([]), graph: new ArrayBuffer(9) }])).rejects.toThrow(
      /graph was refused.*protobuf/,
    );
    await expect(openStage(wasm, [shard([1, 2])])).rejects.toThrow(/graph was refused.*Out of bounds/);
    await expect(openStage(wasm, [{ ...shard([1, 2, 3, 4]), weightsName: "other.bin" }])).rejects.toBeInstanceOf(
      OrtError,
    );
    await expect(openStage(wasm, [shard([1, 2, 3, 4])])).resolves.toBeDefined();
  });

  it("frees what a refused graph took", async () => {
    const instance = await startOrt(wasm);
    const unused = new ArrayBuffer(256 * 1024); // ORT reads zeros as a graph of an unknown version and refuses it.
    const open = async () => openShards(instance, [{ ...shard([1, 2, 3, 4]), graph: unused }]);
    for (let i = 0; i < 50; i++) await expect(open()).rejects.toThrow("graph was refused");
    const before = instance.memory.buffer.byteLength;
    for (let i = 0; i < 500; i++) await expect(open()).rejects.toThrow("graph was refused");
    expect(instance.memory.buffer.byteLength).toBe(before);
  });

  it("frees the sessions before a graph that is refused", async () => {
    const instance = await startOrt(wasm);
    const shards = [shard([1, 2, 3, 4]), { ...shard([1, 2, 3, 4]), graph: new ArrayBuffer(9) }];
    for (let i = 0; i < 50; i++) await expect(openShards(instance, shards)).rejects.toThrow("graph was refused");
    const before = instance.memory.buffer.byteLength;
    for (let i = 0; i < 1_000; i++) await expect(openShards(instance, shards)).rejects.toThrow("graph was refused");
    expect(instance.memory.buffer.byteLength).toBe(before);
  });

  it("refuses hidden states of another width and still runs the next ones", async () => {
    const stage = await openStage(wasm, [shard([1, 2, 3, 4])]);
    await expect(stage.run(new Float32Array(6), 2)).rejects.toThrow(/run failed.*invalid dimensions/);
    expect([...(await stage.run(new Float32Array(HIDDEN), 1))]).toEqual([1, 2, 3, 4]);
  });

  it("does not grow from run to run", async () => {
    const stage = await openStage(wasm, [shard([1, 2, 3, 4])]);
    const hidden = new Float32Array(128 * HIDDEN);
    await stage.run(hidden, 128);
    const before = stage.wasmMemoryBytes();
    expect(before).toBeGreaterThanOrEqual(16 * 1024 * 1024);
    for (let i = 0; i < 20_000; i++) await stage.run(hidden, 128);
    expect(stage.wasmMemoryBytes()).toBe(before);
  });
});
