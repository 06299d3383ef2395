import type { Manifest } from "../bundle/manifest.ts";
import type { Tensors } from "../bundle/tensors.ts";
import { openWordRows, type WordRows } from "./word-rows.ts";

export interface EmbeddingTensors {
  words: WordRows;
  /** float32 [max tokens, hiddenSize], counted from 0 */
  positions: Float32Array;
  /** float32 [hiddenSize] */
  normWeight: Float32Array;
  normBias: Float32Array;
  hiddenSize: number;
  epsilon: number;
}

/** A bundle's embedding tensors but for the word table's rows, by the names that its manifest gives them. */
export function embeddingTensors(tensors: Tensors, manifest: Manifest): EmbeddingTensors {
  const { float32 } = tensors;
  const { architecture } = manifest;
  return {
    words: openWordRows(tensors, manifest),
    positions: float32("positions"),
    normWeight: float32("embeddings.norm.weight"),
    normBias: float32("embeddings.norm.bias"),
    hiddenSize: architecture.hidden_size,
    epsilon: architecture.layer_norm_epsilon,
  };
}

/**
 * The input of the first layer: LayerNorm(word + position) of each id (Devlin et al. 2018).
 *
 * The table stays outside of the ONNX graph because ORT would hold it twice, and only a row per token is ever read.
 *
 * @returns a function from at most `max tokens` ids and their rows of the word table, one after another, to float32
 *   [ids.length, hiddenSize]; it throws a RangeError for more ids than there are positions
 */
export function createEmbeddings(
  tensors: EmbeddingTensors,
): (ids: Int32Array, rows: Int8Array) => Float32Array<ArrayBuffer> {
  const { words, positions, normWeight, normBias, hiddenSize, epsilon } = tensors;
  const word = new Float64Array(hiddenSize);

  /** From `word`. */
  function writeRow(place: Float32Array, row: Float32Array): void {
    let mean = 0;
    for (let i = 0; i < hiddenSize; i++) {
      const value = (word[i] as number) + (place[i] as number);
      row[i] = value;
      mean += value;
    }
    mean /= hiddenSize;
    let variance = 0;
    for (let i = 0; i < hiddenSize; i++) variance += ((row[i] as number) - mean) ** 2;
    const inverseDeviation = 1 / Math.sqrt(variance / hiddenSize + epsilon);
    for (let i = 0; i < hiddenSize; i++)
      row[i] = ((row[i] as number) - mean) * inverseDeviation * (normWeight[i] as number) + (normBias[i] as number);
  }

  return (ids, rows) => {
    if (ids.length * hiddenSize > positions.length)
      throw new RangeError(`${ids.length} ids, but only ${positions.length / hiddenSize} positions.`);
    const hidden = new Float32Array(ids.length * hiddenSize);
    ids.forEach((id, index) => {
      const [start, end] = [index * hiddenSize, (index + 1) * hiddenSize];
      words.read(rows, index, id, word);
      writeRow(positions.subarray(start, end), hidden.subarray(start, end));
    });
    return hidden;
  };
}
