/** A tensor that an ONNX graph holds: its bytes, or where in the external-data file they lie. */
export interface OnnxTensor {
  name: string;
  dims: number[];
  /** onnx.proto's TensorProto.DataType: 1 is float32, 3 int8, 22 int4 (two values a byte). */
  dataType: number;
  place: { inline: Uint8Array } | { offset: number; length: number };
}

/** A protocol-buffers field: a varint, or bytes with their length. */
interface Field {
  number: number;
  value: number;
  bytes: Uint8Array;
}

/** Field numbers of onnx.proto (ModelProto, GraphProto, TensorProto, StringStringEntryProto). */
const MODEL_GRAPH = 7;
const GRAPH_INITIALIZER = 5;
const TENSOR = { dims: 1, dataType: 2, name: 8, rawData: 9, externalData: 13 };
const ENTRY = { key: 1, value: 2 };

/** Wire types of the Protocol Buffers encoding. */
const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 };

const NO_BYTES = new Uint8Array();

/**
 * The initializers of an ONNX model file. Only these are read: the engine knows the graph's shape, it needs the weights.
 * (The published readers of ONNX files bring a general protobuf library, many times the size of the engine.)
 *
 * @throws RangeError when the bytes are no protocol-buffers message
 */
export function readOnnxTensors(model: ArrayBuffer): OnnxTensor[] {
  return [...fields(new Uint8Array(model))]
    .filter(({ number }) => number === MODEL_GRAPH)
    .flatMap((graph) => [...fields(graph.bytes)].filter(({ number }) => number === GRAPH_INITIALIZER))
    .map(({ bytes }) => readTensor(bytes));
}

function readTensor(message: Uint8Array): OnnxTensor {
  const tensor = { name: "", dims: [] as number[], dataType: 0 };
  const external = new Map<string, string>();
  let inline: Uint8Array = NO_BYTES;
  for (const { number, value, bytes } of fields(message)) {
    if (number === TENSOR.dims) tensor.dims.push(...(bytes.length > 0 ? varints(bytes) : [value]));
    else if (number === TENSOR.dataType) tensor.dataType = value;
    else if (number === TENSOR.name) tensor.name = text(bytes);
    else if (number === TENSOR.rawData) inline = bytes;
    else if (number === TENSOR.externalData) {
      const entry = new Map([...fields(bytes)].map((field) => [field.number, text(field.bytes)]));
      external.set(entry.get(ENTRY.key) ?? "", entry.get(ENTRY.value) ?? "");
    }
  }
  const length = external.get("length");
  const place = length === undefined ? { inline } : { offset: Number(external.get("offset") ?? 0), length: +length };
  return { ...tensor, place };
}

function* fields(message: Uint8Array): Generator<Field> {
  let at = 0;
  while (at < message.length) {
    const [key, afterKey] = varint(message, at);
    const number = Math.floor(key / 8);
    const wire = key % 8;
    if (wire === WIRE.varint) {
      const [value, end] = varint(message, afterKey);
      yield { number, value, bytes: NO_BYTES };
      at = end;
    } else if (wire === WIRE.bytes) {
      const [length, start] = varint(message, afterKey);
      at = start + length;
      if (at > message.length) throw new RangeError("The ONNX file ends inside a field.");
      yield { number, value: 0, bytes: message.subarray(start, at) };
    } else if (wire === WIRE.fixed64) at = afterKey + 8;
    else if (wire === WIRE.fixed32) at = afterKey + 4;
    else throw new RangeError("The file is no ONNX model.");
  }
}

/** Packed repeated integers. */
function varints(bytes: Uint8Array): number[] {
  const values: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [value, end] = varint(bytes, at);
    values.push(value);
    at = end;
  }
  return values;
}

/** Seven bits a byte, the lowest first. @returns the value (exact up to 2^53) and the position behind it */
function varint(bytes: Uint8Array, at: number): [value: number, end: number] {
  let value = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = bytes[at++];
    if (byte === undefined) throw new RangeError("The ONNX file ends inside a number.");
    value += (byte & 127) * factor;
    if (byte < 128) return [value, at];
  }
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
