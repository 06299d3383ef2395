import type { Manifest } from "../bundle/manifest.ts";
import type { Tensors } from "../bundle/tensors.ts";

export interface EmbeddingTensors {
  /** int8 [vocab, hiddenSize]; row i means `words[i] * scales[i]`. */
  words: Int8Array;
  /** float32 [vocab] */
  scales: Float32Array;
  /** float32 [max tokens, hiddenSize], counted from 0 */
  positions: Float32Array;
  /** float32 [hiddenSize] */
  normWeight: Float32Array;
  normBias: Float32Array;
  hiddenSize: number;
  epsilon: number;
}

/** A bundle's embedding tensors, by the names that its manifest gives them. */
export function embeddingTensors({ int8, float32 }: Tensors, { architecture }: Manifest): EmbeddingTensors {
  return {
    words: int8("words"),
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
 * @returns a function from at most `max tokens` ids to float32 [ids.length, hiddenSize]; it throws a RangeError for more
 *   ids than there are positions and for an id that is not in the vocabulary
 */
export function createEmbeddings(tensors: EmbeddingTensors): (ids: Int32Array) => Float32Array {
  const { words, scales, positions, normWeight, normBias, hiddenSize, epsilon } = tensors;

  function writeRow(id: number, position: number, row: Float32Array): void {
    const scale = scales[id];
    if (scale === undefined) throw new RangeError(`The vocabulary has no id ${id}.`);
    const word = words.subarray(id * hiddenSize, (id + 1) * hiddenSize);
    const place = positions.subarray(position * hiddenSize, (position + 1) * hiddenSize);
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

  return (ids) => {
    if (ids.length * hiddenSize > positions.length)
      throw new RangeError(`${ids.length} ids, but only ${positions.length / hiddenSize} positions.`);
    const hidden = new Float32Array(ids.length * hiddenSize);
    ids.forEach((id, position) => {
      writeRow(id, position, hidden.subarray(position * hiddenSize, (position + 1) * hiddenSize));
    });
    return hidden;
  };
}

/**
 * How well each piece of the vocabulary fits a last hidden state: `table * state + bias`, with the table that the embeddings
 * are read from (Press and Wolf 2017).
 *
 * @param bias float32 [vocab]
 * @returns float32 [vocab]
 */
export function pieceLogits(
  { words, scales }: Pick<EmbeddingTensors, "words" | "scales">,
  bias: Float32Array,
  state: Float32Array,
): Float32Array {
  const size = state.length;
  const logits = new Float32Array(scales.length);
  for (let id = 0, at = 0; id < logits.length; id++, at += size) {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += (words[at + i] as number) * (state[i] as number);
    logits[id] = sum * (scales[id] as number) + (bias[id] as number);
  }
  return logits;
}
