import type { Manifest } from "../bundle/manifest.ts";
import type { Tensors } from "../bundle/tensors.ts";

export interface EmbeddingTensors {
  /** float32 [vocab]; row i of the word table means `row * scales[i]`. */
  scales: Float32Array;
  /** float32 [max tokens, hiddenSize], counted from 0 */
  positions: Float32Array;
  /** float32 [hiddenSize] */
  normWeight: Float32Array;
  normBias: Float32Array;
  hiddenSize: number;
  epsilon: number;
}

/** A bundle's embedding tensors but for the word table, by the names that its manifest gives them. */
export function embeddingTensors({ float32 }: Tensors, { architecture }: Manifest): EmbeddingTensors {
  return {
    scales: float32("words.scale"),
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
 * @returns a function from at most `max tokens` ids and their rows of the word table, int8 [ids.length, hiddenSize], to float32
 *   [ids.length, hiddenSize]; it throws a RangeError for more ids than there are positions
 */
export function createEmbeddings(tensors: EmbeddingTensors): (ids: Int32Array, words: Int8Array) => Float32Array {
  const { scales, positions, normWeight, normBias, hiddenSize, epsilon } = tensors;

  function writeRow(word: Int8Array, scale: number, place: Float32Array, row: Float32Array): void {
    let mean = 0;
    for (let i = 0; i < hiddenSize; i++) {
      const value = (word[i] as number) * scale + (place[i] as number);
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

  return (ids, words) => {
    if (ids.length * hiddenSize > positions.length)
      throw new RangeError(`${ids.length} ids, but only ${positions.length / hiddenSize} positions.`);
    const hidden = new Float32Array(ids.length * hiddenSize);
    ids.forEach((id, index) => {
      const [start, end] = [index * hiddenSize, (index + 1) * hiddenSize];
      writeRow(
        words.subarray(start, end),
        scales[id] as number,
        positions.subarray(start, end),
        hidden.subarray(start, end),
      );
    });
    return hidden;
  };
}

/**
 * How well pieces of the vocabulary fit a last hidden state: `table * state + bias`, with the table that the embeddings are
 * read from (Press and Wolf 2017).
 *
 * @param rows int8 [n, hidden]: the pieces `first` to `first + n - 1`
 * @param scales float32 [vocab]
 * @param bias float32 [vocab]
 * @param logits float32 [vocab]; those of the n pieces are written
 */
export function writePieceLogits(
  first: number,
  rows: Int8Array,
  scales: Float32Array,
  bias: Float32Array,
  state: Float32Array,
  logits: Float32Array,
): void {
  const size = state.length;
  for (let id = first, at = 0; at < rows.length; id++, at += size) {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += (rows[at + i] as number) * (state[i] as number);
    logits[id] = sum * (scales[id] as number) + (bias[id] as number);
  }
}
