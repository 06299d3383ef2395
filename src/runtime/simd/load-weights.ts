import type { Shards } from "../stage.ts";
import { INT4_GROUP } from "./assembly/group.ts";
import type { Kernels, Pointer } from "./kernels.ts";
import {
  type Int4Place,
  type Layout,
  type LinearPlace,
  ROWS_AT_ONCE,
  SCALES_AT_ONCE,
  type TensorPlace,
} from "./layout.ts";
import { type OnnxTensor, readOnnxTensors } from "./onnx-tensors.ts";
import { scatter } from "./scatter.ts";

/** The engine can't run the graph or its weights. */
export class EngineError extends Error {}

/** Takes a tensor's bytes, in order and in pieces of any size. */
type Sink = (bytes: Uint8Array) => void;

/**
 * Writes the weights of one shard after another into the engine's memory as they arrive. Vectors go straight to their places.
 * Matrices go through a small buffer, four rows at a time. Nothing is in memory twice.
 *
 * @param onLayer called for each layer, counted from 0, when all of its weights have arrived. Earlier layers may be incomplete
 * @throws EngineError when a tensor is missing, has another shape or type, or the weights end too early
 */
export async function loadWeights(
  memory: WebAssembly.Memory,
  kernels: Kernels,
  layout: Layout,
  shards: Shards,
  onLayer: (layer: number) => void,
): Promise<void> {
  const bytes = new Uint8Array(memory.buffer);
  const { tensors, buffers } = layout;
  const absent = new Map(tensors);
  for (const place of tensors.values())
    if (place.kind === "vector" && place.optional)
      new Float32Array(memory.buffer, place.pointer, place.dims[0]).fill(1);
  for await (const { graph, weights } of shards) {
    const layers = new Set<number>();
    const parts: { name: string; layer: number; offset: number; length: number; sink: Sink }[] = [];
    for (const tensor of readOnnxTensors(graph)) {
      const place = tensors.get(tensor.name);
      if (!place || !absent.delete(tensor.name)) continue;
      layers.add(place.layer);
      const data = checkTensor(place, tensor);
      const sink = openSink(bytes, kernels, place, buffers.arriving);
      if ("inline" in data) sink(data.inline);
      else parts.push({ name: tensor.name, layer: place.layer, ...data, sink });
    }
    const missing = await scatter(
      weights,
      untilWhole(parts, layers, absent, (layer) => {
        sumInt4Layer(kernels, layout, layer);
        onLayer(layer);
      }),
    );
    if (missing) throw new EngineError(`The weights end before the end of the tensor ${missing.name}.`);
  }
  for (const [name, place] of absent) if (isRequired(place)) throw new EngineError(`The graph has no tensor ${name}.`);
}

function isRequired(place: TensorPlace): boolean {
  return place.kind !== "vector" || !place.optional;
}

interface LayerPart {
  layer: number;
  length: number;
  sink: Sink;
}

/**
 * Adds to the parts' sinks a report when all parts of a layer have arrived. A shard holds whole layers, so a layer is complete then.
 *
 * @param layers the shard's layers
 * @param absent tensors that no shard had so far: a layer that lacks one is never complete
 */
function untilWhole<Part extends LayerPart>(
  parts: readonly Part[],
  layers: ReadonlySet<number>,
  absent: ReadonlyMap<string, TensorPlace>,
  onLayer: (layer: number) => void,
): Part[] {
  const bytesLeft = new Map([...layers].map((layer) => [layer, 0]));
  const take = (layer: number, bytes: number) => {
    const left = (bytesLeft.get(layer) as number) - bytes;
    bytesLeft.set(layer, left);
    if (left === 0) onLayer(layer);
  };
  for (const { layer, length } of parts) bytesLeft.set(layer, (bytesLeft.get(layer) as number) + length);
  for (const place of absent.values()) if (isRequired(place)) bytesLeft.set(place.layer, Number.POSITIVE_INFINITY);
  for (const layer of layers) if (bytesLeft.get(layer) === 0) onLayer(layer);
  return parts.map((part) => ({
    ...part,
    sink(bytes) {
      part.sink(bytes);
      take(part.layer, bytes.length);
    },
  }));
}

/** Sums the int4 columns after both weights and scales have arrived, in any order. */
function sumInt4Layer(kernels: Kernels, { tensors }: Layout, layer: number): void {
  for (const place of tensors.values())
    if (place.kind === "scales" && place.layer === layer) {
      const { weights, factors, sums, inner, columns } = place.linear;
      kernels.sumInt4(weights, factors, sums, inner, columns);
    }
}

/** onnx.proto's data type of a tensor, and the bits of an element. */
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

/** @param buffer `arriving` of the layout */
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

/** Collects `atOnce` rows in `buffer` (the last block may have fewer) and passes them on, until all `rows` are done. */
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
