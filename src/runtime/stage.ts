/**
 * A run of whole transformer layers, wherever it lives. What goes in and what comes out are hidden states of one text:
 * float32 [tokens, hidden], row by row, no padding.
 */
export interface Stage {
  /**
   * @param hidden is read before the call returns
   * @param rows how many of the first tokens are wanted, by default all
   * @returns float32 [rows, hidden], a copy that is the caller's own
   */
  run(hidden: Float32Array, tokens: number, rows?: number): Promise<Float32Array<ArrayBuffer>>;
  /** Bytes of WebAssembly memory that the stage holds in this isolate. It never shrinks; the collector takes it with the stage. */
  wasmMemoryBytes(): number;
}

/** The isolate that runs the layers behind this one's: `EncoderStage` (src/encoder-stage.ts) over a service binding. */
export interface NextStage {
  /** Loads the layers of that version of a model, of which `layer` must be the first, and those behind them. */
  open(version: string, layer: number): Promise<void>;
  run(version: string, hidden: Float32Array, tokens: number, rows: number): Promise<Float32Array<ArrayBuffer>>;
}

/** Layers `first` to `end - 1`, counted from 0. */
export interface LayerRange {
  first: number;
  end: number;
}

/** Some whole layers as the bundle holds them: an ONNX graph and its external data, which can be read once. */
export interface Shard {
  /** One float32 input `hidden` [1, tokens, hidden] and one output `last_hidden` of the same shape. */
  graph: ArrayBuffer;
  /** The name by which the graph calls its external data. */
  weightsName: string;
  weightsBytes: number;
  weights: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** Shards in the order of their layers, each opened when its turn comes. */
export type Shards = AsyncIterable<Shard> | Iterable<Shard>;
