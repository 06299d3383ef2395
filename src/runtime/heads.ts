/** One linear layer on a hidden state. */
export interface Head {
  /** float32 [labels, hidden] */
  weight: Float32Array;
  /** float32 [labels] */
  bias: Float32Array;
  /** Logits are divided by it before the softmax (Guo et al. 2017). */
  temperature: number;
}

/** Logits, one a label, of one token's hidden state: `weight * state + bias`. */
export function headLogits(state: Float32Array, { weight, bias }: Head): Float32Array {
  return bias.map((sum, label) => {
    const row = weight.subarray(label * state.length, (label + 1) * state.length);
    let logit = sum;
    for (let i = 0; i < state.length; i++) logit += (row[i] as number) * (state[i] as number);
    return logit;
  });
}

/** Probabilities, one a label, of one token's hidden state. */
export function headProbabilities(state: Float32Array, head: Head): Float32Array {
  return softmax(headLogits(state, head), head.temperature);
}

/** Softmax of `logits / temperature`, safe for logits of any size. */
export function softmax(logits: Float32Array, temperature: number): Float32Array {
  const largest = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = logits.map((logit) => Math.exp((logit - largest) / temperature));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}
