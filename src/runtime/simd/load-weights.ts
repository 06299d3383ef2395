import type { Shards } from "../stage.ts";
import type { Kernels } from "./kernels.ts";
import type { Layout, LinearPlace, TensorPlace } from "./layout.ts";
import { type OnnxTensor, readOnnxTensors } from "./onnx-tensors.ts";
import { scatter } from "./scatter.ts";

/** The graph or its weights are not what the engine can run. */
export class EngineError extends Error {}

const ONNX_TYPES = { vector: 1, matrix: 3 };
const ROWS_AT_ONCE = 4;

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
      const sink =
        place.kind === "vector" ? copyTo(bytes, place.pointer) : packInto(bytes, kernels, place.linear, buffers.ffn);
      if ("inline" in data) sink(data.inline);
      else parts.push({ name: tensor.name, ...data, sink });
    }
    const missing = await scatter(weights, parts);
    if (missing) throw new EngineError(`The weights end before the end of the tensor ${missing.name}.`);
  }
  for (const [name, place] of absent)
    if (place.kind === "matrix" || !place.optional) throw new EngineError(`The graph has no tensor ${name}.`);
}

function checkTensor(place: TensorPlace, { name, dims, dataType, place: data }: OnnxTensor): OnnxTensor["place"] {
  if (dims.join() !== place.dims.join() || dataType !== ONNX_TYPES[place.kind])
    throw new EngineError(`The tensor ${name} is of type ${dataType} and shape [${dims}], wanted [${place.dims}].`);
  const length = place.dims.reduce((product, size) => product * size, place.kind === "vector" ? 4 : 1);
  if (("inline" in data ? data.inline.length : data.length) !== length)
    throw new EngineError(`The tensor ${name} does not have the ${length} bytes of its shape.`);
  return data;
}

function copyTo(memory: Uint8Array, pointer: number): Sink {
  return (bytes) => {
    memory.set(bytes, pointer);
    pointer += bytes.length;
  };
}

function packInto(memory: Uint8Array, { packRows }: Kernels, linear: LinearPlace, buffer: number): Sink {
  const { inner, columns, weights, sums } = linear;
  const size = ROWS_AT_ONCE * columns;
  let filled = 0;
  let step = 0;
  return (bytes) => {
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + size - filled);
      memory.set(piece, buffer + filled);
      at += piece.length;
      filled += piece.length;
      if (filled === size) {
        packRows(buffer, weights, sums, step++, inner, columns);
        filled = 0;
      }
    }
  };
}
