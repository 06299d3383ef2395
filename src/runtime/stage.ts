import type { EngineName } from "./settings.ts";

/**
 * A sequence of whole transformer layers, in this isolate or another. Input and output are hidden states of one text:
 * float32 [tokens, hidden], row by row, without padding.
 */
export interface Stage {
  /**
   * @param hidden is read before the call returns
   * @param rows number of the first tokens to return, by default all
   * @param watch sees the states between layers, if the engine can show them: ONNX Runtime can't, and calls it never
   * @returns float32 [rows, hidden], a copy that belongs to the caller. It is empty if the watch has ended the run
   */
  run(hidden: Float32Array, tokens: number, rows?: number, watch?: Watch): Promise<Float32Array<ArrayBuffer>>;
  /** Bytes of WebAssembly memory that the stage holds in this isolate. The memory never shrinks, and is freed with the stage. */
  wasmMemoryBytes(): number;
}

/** Looks at the hidden states of a text between layers. */
export interface Watch {
  /** After which layers of the model it looks: 1 is after the first. */
  layers: ReadonlySet<number>;
  /**
   * @param states float32 [tokens, hidden] after that layer, valid during the call
   * @returns whether the run may end here
   */
  see(layer: number, states: Float32Array): boolean;
}

/** A stage whose layers are still arriving. */
export interface OpenedStage {
  /**
   * It can run at once: a run waits for each layer that has not arrived. Until `loaded` has resolved, its weights are unchecked:
   * do not use its results before.
   */
  stage: Stage;
  /** Resolves when all weights have arrived and are checked. If it rejects, waiting runs reject too. */
  loaded: Promise<void>;
}

/** The stage once it is loaded. @throws what kept it from being loaded */
export async function wholeStage({ stage, loaded }: OpenedStage): Promise<Stage> {
  await loaded;
  return stage;
}

/** The isolate that runs the next layers: `EncoderStage` (src/encoder-stage.ts) over a service binding. */
export interface NextStage {
  /**
   * Loads the isolate's layers of this version, and the layers of the isolates after it. `layer` must be the first of its layers. The
   * engine must be the caller's, because the answer's ETag depends on one engine.
   */
  open(version: string, layer: number, engine: EngineName): Promise<void>;
  run(version: string, hidden: Float32Array, tokens: number, rows: number): Promise<Float32Array<ArrayBuffer>>;
}

/** Layers `first` to `end - 1`, counted from 0. */
export interface LayerRange {
  first: number;
  end: number;
}

/** Some whole layers of a bundle: an ONNX graph and its external data, which can be read once. */
export interface Shard {
  /** One float32 input `hidden` [1, tokens, hidden] and one output `last_hidden` of the same shape. */
  graph: ArrayBuffer;
  /** The name of the external data in the graph. */
  weightsName: string;
  weightsBytes: number;
  weights: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** Shards in the order of their layers. Each is opened when it is needed. */
export type Shards = AsyncIterable<Shard> | Iterable<Shard>;
