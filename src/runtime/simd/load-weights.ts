import type { Shards } from "../stage.ts";
import { GROUP, INT4_GROUP } from "./assembly/group.ts";
import type { Kernels, Pointer } from "./kernels.ts";
import type { Int4Place, Layout, LinearPlace, TensorPlace } from "./layout.ts";
import { type OnnxTensor, readOnnxTensors } from "./onnx-tensors.ts";
import { scatter } from "./scatter.ts";

/** The graph or its weights are not what the engine can run. */
export class EngineError extends Error {}

const ROWS_AT_ONCE = 4;
const SCALES_AT_ONCE = GROUP / INT4_GROUP;

/** Takes a tensor's bytes, in order and in pieces of any size. */
type Sink = (bytes: Uint8Array) => void;

/**
 * Brings the weights of one shard after another into the engine's memory as they arrive: vectors straight to their places,
 * matrices by four rows through a small buffer (a part of the activations') to theirs. Nothing is held twice.
 *
 * @throws EngineError when a tensor is missing, has another shape or type, or the weights end too early
 */
export async function loadWeights(
  memory: WebAssembly.Memory,
  kernels: Kernels,
  { tensors, buffers }: Layout,
  shards: Shards,
): Promise<void> {
  const bytes = new Uint8Array(memory.buffer);
  const absent = new Map(tensors);
  for (const place of tensors.values())
    if (place.kind === "vector" && place.optional)
      new Float32Array(memory.buffer, place.pointer, place.dims[0]).fill(1);
  for await (const { graph, weights } of shards) {
    const parts: { name: string; offset: number; length: number; sink: Sink }[] = [];
    for (const tensor of readOnnxTensors(graph)) {
      const place = tensors.get(tensor.name);
      if (!place || !absent.delete(tensor.name)) continue;
      const data = checkTensor(place, tensor);
      const sink = openSink(bytes, kernels, place, buffers.ffn);
      if ("inline" in data) sink(data.inline);
      else parts.push({ name: tensor.name, ...data, sink });
    }
    const missing = await scatter(weights, parts);
    if (missing) throw new EngineError(`The weights end before the end of the tensor ${missing.name}.`);
  }
  for (const [name, place] of absent)
    if (place.kind !== "vector" || !place.optional) throw new EngineError(`The graph has no tensor ${name}.`);
  // Once both weights and scales are there, in whatever order they came.
  for (const place of tensors.values())
    if (place.kind === "scales") {
      const { weights, factors, sums, inner, columns } = place.linear;
      kernels.sumInt4(weights, factors, sums, inner, columns);
    }
}

/** onnx.proto's data type of a tensor, and how many bits an element of it has. */
function typeOf(place: TensorPlace): { dataType: number; bits: number } {
  if (place.kind !== "matrix") return { dataType: 1, bits: 32 };
  return place.linear.bits === 8 ? { dataType: 3, bits: 8 } : { dataType: 22, bits: 4 };
}

function checkTensor(place: TensorPlace, { name, dims, dataType, place: data }: OnnxTensor): OnnxTensor["place"] {
  const wanted = typeOf(place);
  if (dims.join() !== place.dims.join() || dataType !== wanted.dataType)
    throw new EngineError(`The tensor ${name} is of type ${dataType} and shape [${dims}], wanted [${place.dims}].`);
  const length = place.dims.reduce((product, size) => product * size, wanted.bits / 8);
  if (("inline" in data ? data.inline.length : data.length) !== length)
    throw new EngineError(`The tensor ${name} does not have the ${length} bytes of its shape.`);
  return data;
}

function copyTo(memory: Uint8Array, pointer: Pointer): Sink {
  return (bytes) => {
    memory.set(bytes, pointer);
    pointer += bytes.length;
  };
}

/** @param buffer room for some rows of a matrix or of its scales */
function openSink(memory: Uint8Array, kernels: Kernels, place: TensorPlace, buffer: Pointer): Sink {
  if (place.kind === "vector") return copyTo(memory, place.pointer);
  if (place.kind === "scales") return splitInto(memory, kernels, place.linear, buffer);
  return packInto(memory, kernels, place.linear, buffer);
}

function packInto(memory: Uint8Array, kernels: Kernels, linear: LinearPlace, buffer: Pointer): Sink {
  const { bits, inner, columns, weights, sums } = linear;
  return inBlocks(memory, buffer, (columns * bits) / 8, inner, ROWS_AT_ONCE, (step) => {
    if (bits === 8) kernels.packRows(buffer, weights, sums, step, inner, columns);
    else kernels.packInt4(buffer, weights, step, inner, columns);
  });
}

function splitInto(memory: Uint8Array, kernels: Kernels, linear: Int4Place, buffer: Pointer): Sink {
  const { inner, columns, scales, factors } = linear;
  return inBlocks(memory, buffer, 4 * columns, inner / INT4_GROUP, SCALES_AT_ONCE, (group, rows) => {
    const first = group * SCALES_AT_ONCE;
    kernels.splitScales(buffer, scales + 4 * columns * group, factors + 2 * columns * first, rows, columns);
  });
}

/** Gathers `atOnce` rows in `buffer`, of the last ones maybe fewer, and has them taken, until all `rows` were. */
function inBlocks(
  memory: Uint8Array,
  buffer: Pointer,
  rowBytes: number,
  rows: number,
  atOnce: number,
  take: (block: number, rows: number) => void,
): Sink {
  let block = 0;
  let filled = 0;
  return (bytes) => {
    for (let at = 0; at < bytes.length; ) {
      const count = Math.min(atOnce, rows - block * atOnce);
      const piece = bytes.subarray(at, at + count * rowBytes - filled);
      memory.set(piece, buffer + filled);
      at += piece.length;
      filled += piece.length;
      if (filled === count * rowBytes) {
        take(block++, count);
        filled = 0;
      }
    }
  };
}
