import type { Manifest } from "../../bundle/manifest.ts";
import type { LayerRange } from "../stage.ts";
import { GROUP, INT4_GROUP } from "./assembly/group.ts";
import type { Pointer } from "./kernels.ts";

/** The sizes that the engine needs to know of a model. */
export type Architecture = Omit<Manifest["architecture"], "vocab_size">;

interface MatrixPlace {
  inner: number;
  columns: number;
  weights: Pointer;
  sums: Pointer;
  scales: Pointer;
  bias: Pointer;
}

/** int8 [inner, columns], packed, with each column's sums (one a group of GROUP rows), scale and bias: see `linear`. */
interface Int8Place extends MatrixPlace {
  bits: 8;
}

/** int4 [inner, columns], packed, with each column's factors, sums, scales (both one a group of GROUP rows) and bias: see `linearInt4`. */
export interface Int4Place extends MatrixPlace {
  bits: 4;
  factors: Pointer;
}

export type LinearPlace = Int8Place | Int4Place;

interface NormPlace {
  weight: Pointer;
  bias: Pointer;
}

interface LayerPlace {
  qkv: LinearPlace;
  attentionOut: LinearPlace;
  /** Factors for the layer's input in the residual connection around attention. */
  inputScale: Pointer;
  attentionNorm: NormPlace;
  ffnIn: LinearPlace;
  geluScale: Pointer;
  ffnOut: LinearPlace;
  /** The same for the residual connection around the feed-forward part. */
  attentionScale: Pointer;
  ffnNorm: NormPlace;
}

/** Where a tensor of the ONNX graph goes, and which of the layout's layers it is part of, counted from 0. */
export type TensorPlace = { layer: number } & (
  | { kind: "matrix"; dims: [number, number]; linear: LinearPlace }
  /** `optional`: ones where the graph has no such tensor. */
  /** float32, one for each INT4_GROUP rows of a column */
  | { kind: "scales"; dims: [number, number]; linear: Int4Place }
  | { kind: "vector"; dims: [number]; pointer: Pointer; optional: boolean }
);

/** Intermediate results of a run. Buffers that are never used at the same time share their bytes. */
interface Buffers {
  /** float32 [max_tokens, hidden] */
  hidden: Pointer;
  /** float32 [max_tokens, hidden]: what a sub-layer adds to the hidden states. */
  update: Pointer;
  /** float32 [max_tokens, 3 * hidden] */
  qkv: Pointer;
  /** float32 [max_tokens, hidden] */
  context: Pointer;
  /** float32 [max_tokens, ffn], in the place of `qkv` and `context` */
  ffn: Pointer;
  /** uint8 [max_tokens, hidden or ffn] */
  quantized: Pointer;
  /** float32 [max_tokens, groups of hidden or ffn, 2] */
  ranges: Pointer;
  /** float32 [head size, max_tokens rounded up to 4], in the place of `quantized`, as are the scores */
  keys: Pointer;
  /** float32 [max_tokens, max_tokens rounded up to 4] */
  scores: Pointer;
  /** Rows of a matrix, or of its scales, on their way to their places. No run touches it, since layers run while others arrive. */
  arriving: Pointer;
}

export interface Layout {
  layers: LayerPlace[];
  /** By the names that `scripts/training/bertweet/export/graph.py` gives. */
  tensors: Map<string, TensorPlace>;
  buffers: Buffers;
  /** All of it: weights, and activations for `max_tokens` tokens. */
  bytes: number;
}

/** A cache line, so that no vector crosses two lines. */
const ALIGNMENT = 64;
const FLOAT_BYTES = 4;
const INT16_BYTES = 2;

/** Rows of a matrix, and of its scales in int4, that are packed at once. */
export const ROWS_AT_ONCE = 4;
export const SCALES_AT_ONCE = GROUP / INT4_GROUP;

/** What of a model is to be run; its manifest fits. */
export interface MemoryPlan {
  architecture: Architecture;
  /** Layers `first` to `end - 1`, counted from 0; by default all. */
  range?: LayerRange | undefined;
  /** How the feed-forward matrices are kept; by default int8. */
  ffn_weights?: Manifest["ffn_weights"];
}

/**
 * Places every weight of the layers and every intermediate result in one memory of `bytes` bytes.
 *
 * @throws RangeError for sizes that are not multiples of the kernels' vectors
 */
export function planMemory({ architecture, range, ffn_weights }: MemoryPlan): Layout {
  const { first, end } = range ?? { first: 0, end: architecture.layers };
  const { hidden_size: hidden, ffn_size: ffn, heads, max_tokens: tokens } = architecture;
  if (hidden % 16 !== 0 || ffn % 16 !== 0 || hidden % (4 * heads) !== 0)
    throw new RangeError("The engine needs hidden and FFN sizes in multiples of 16, and head sizes in multiples of 4.");
  if (ffn_weights && (hidden % INT4_GROUP !== 0 || ffn % INT4_GROUP !== 0))
    throw new RangeError(`The engine needs hidden and FFN sizes in multiples of ${INT4_GROUP} for int4.`);
  let bytes = 0;
  function allocate(size: number): Pointer {
    const pointer = bytes;
    bytes += Math.ceil(size / ALIGNMENT) * ALIGNMENT;
    return pointer;
  }
  const tensors: Layout["tensors"] = new Map();
  let layer = 0;

  function vector(name: string, size: number, optional = false): Pointer {
    const pointer = allocate(FLOAT_BYTES * size);
    tensors.set(name, { layer, kind: "vector", dims: [size], pointer, optional });
    return pointer;
  }

  function linear(name: string, inner: number, columns: number): LinearPlace {
    const place: LinearPlace = {
      bits: 8,
      inner,
      columns,
      weights: allocate(inner * columns),
      sums: allocate(FLOAT_BYTES * Math.ceil(inner / GROUP) * columns),
      scales: vector(`${name}.scale`, columns),
      bias: vector(`${name}.bias`, columns),
    };
    tensors.set(`${name}.weight`, { layer, kind: "matrix", dims: [inner, columns], linear: place });
    return place;
  }

  function int4Linear(name: string, inner: number, columns: number): LinearPlace {
    const groups = Math.ceil(inner / GROUP);
    const place: LinearPlace = {
      bits: 4,
      inner,
      columns,
      weights: allocate((inner * columns) / 2),
      factors: allocate((INT16_BYTES * inner * columns) / INT4_GROUP),
      sums: allocate(FLOAT_BYTES * groups * columns),
      scales: allocate(FLOAT_BYTES * groups * columns),
      bias: vector(`${name}.bias`, columns),
    };
    tensors.set(`${name}.weight`, { layer, kind: "matrix", dims: [inner, columns], linear: place });
    tensors.set(`${name}.scale`, { layer, kind: "scales", dims: [inner / INT4_GROUP, columns], linear: place });
    return place;
  }
  const ffnLinear = ffn_weights ? int4Linear : linear;

  function norm(name: string): NormPlace {
    return { weight: vector(`${name}.weight`, hidden), bias: vector(`${name}.bias`, hidden) };
  }

  const numbers = Array.from({ length: end - first }, (_, index) => first + index);
  const placeLayer = (number: number): LayerPlace => ({
    qkv: linear(`layers.${number}.qkv`, hidden, 3 * hidden),
    attentionOut: linear(`layers.${number}.attention_out`, hidden, hidden),
    inputScale: vector(`layers.${number - 1}.ffn_norm.unscale`, hidden, true),
    attentionNorm: norm(`layers.${number}.attention_norm`),
    ffnIn: ffnLinear(`layers.${number}.ffn_in`, hidden, ffn),
    geluScale: vector(`layers.${number}.gelu.scale`, ffn, true),
    ffnOut: ffnLinear(`layers.${number}.ffn_out`, ffn, hidden),
    attentionScale: vector(`layers.${number}.attention_norm.unscale`, hidden, true),
    ffnNorm: norm(`layers.${number}.ffn_norm`),
  });
  const layers = numbers.map((number, index) => {
    layer = index;
    return placeLayer(number);
  });

  const widest = Math.max(3 * hidden, ffn);
  const padded = Math.ceil(tokens / 4) * 4;
  const row = FLOAT_BYTES * hidden;
  const states = allocate(tokens * row);
  const update = allocate(tokens * row);
  const wide = allocate(tokens * Math.max(4 * row, FLOAT_BYTES * ffn));
  const keysBytes = (FLOAT_BYTES * hidden * padded) / heads;
  const narrow = allocate(Math.max(tokens * Math.max(hidden, ffn), keysBytes + FLOAT_BYTES * tokens * padded));
  const buffers: Buffers = {
    hidden: states,
    update,
    qkv: wide,
    context: wide + 3 * tokens * row,
    ffn: wide,
    quantized: narrow,
    ranges: allocate(2 * FLOAT_BYTES * tokens * Math.ceil(Math.max(hidden, ffn) / GROUP)),
    keys: narrow,
    scores: narrow + keysBytes,
    arriving: allocate(ffn_weights ? SCALES_AT_ONCE * widest * FLOAT_BYTES : ROWS_AT_ONCE * widest),
  };
  return { layers, tensors, buffers, bytes };
}
