import type { EncoderModel } from "./model.ts";

const INLINE_BYTES = 1024;
const ALIGNMENT = 64;
const FLOAT32 = 1;
const INT8 = 3;
const INT4 = 22;

/**
 * An ONNX model file that holds a model's tensors and nothing else, and its external data: those of more than 1 kB, each at a
 * multiple of 64 bytes, as scripts/training/bertweet/export/graph.py writes them. Field numbers: onnx.proto.
 */
export function writeOnnx({ tensors }: EncoderModel): { graph: ArrayBuffer; weights: ArrayBuffer } {
  const external: Uint8Array[] = [];
  let offset = 0;
  const initializers = [...tensors].flatMap(([name, { dims, data, bits }]) => {
    const bytes = bits === 4 ? pairs(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const integer = bits === 4 ? INT4 : INT8;
    const head = [
      ...field(1, dims.flatMap(varint)),
      ...field(2, data instanceof Int8Array ? integer : FLOAT32),
      ...field(8, name),
    ];
    if (bytes.length <= INLINE_BYTES) return field(5, [...head, ...field(9, [...bytes])]);
    const gap = new Uint8Array((ALIGNMENT - (offset % ALIGNMENT)) % ALIGNMENT);
    offset += gap.length;
    const entries = Object.entries({ location: "w.bin", offset: `${offset}`, length: `${bytes.length}` });
    external.push(gap, bytes);
    offset += bytes.length;
    const places = entries.flatMap(([key, value]) => field(13, [...field(1, key), ...field(2, value)]));
    return field(5, [...head, ...places, ...field(14, 1)]);
  });
  const graph = Uint8Array.from([...field(1, 8), ...field(7, [...field(2, "encoder"), ...initializers])]).buffer;
  const weights = new Uint8Array(offset);
  let at = 0;
  for (const bytes of external) {
    weights.set(bytes, at);
    at += bytes.length;
  }
  return { graph, weights: weights.buffer };
}

/** Two int4 values a byte, the first in the low half. */
export function pairs(values: ArrayLike<number>): Uint8Array {
  return Uint8Array.from(
    { length: values.length / 2 },
    (_, i) => ((values[2 * i] ?? 0) & 15) | ((values[2 * i + 1] ?? 0) << 4),
  );
}

function field(number: number, value: number | string | number[]): number[] {
  if (typeof value === "number") return [number << 3, ...varint(value)];
  const bytes = typeof value === "string" ? [...new TextEncoder().encode(value)] : value;
  return [(number << 3) | 2, ...varint(bytes.length), ...bytes];
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}
