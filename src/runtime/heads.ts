import type { ClassificationTask, TaggingTask } from "../bundle/manifest.ts";
import type { Tensors } from "../bundle/tensors.ts";

/** `weight * state + bias`. */
export interface Linear {
  /** float32 [outputs, inputs] */
  weight: Float32Array;
  /** float32 [outputs] */
  bias: Float32Array;
}

/** What makes labels of a hidden state. */
export interface Head extends Linear {
  /** The state goes through this and tanh first. */
  dense?: Linear | undefined;
  /** Logits are divided by it before they become probabilities (Guo et al. 2017). */
  temperature: number;
  /** Each label has a probability of its own. */
  multiLabel?: boolean | undefined;
}

/** A task's head, as views into the bundle's tensors. */
export function openHead(tensors: Tensors, task: ClassificationTask | TaggingTask): Head {
  const { temperature } = task;
  if (task.kind === "tagging") return { ...openLinear(tensors, task), temperature };
  const { dense, multi_label: multiLabel } = task;
  return { ...openLinear(tensors, task), dense: dense && openLinear(tensors, dense), temperature, multiLabel };
}

/** A linear map by the names of its tensors. */
export function openLinear({ float32 }: Tensors, { weight, bias }: { weight: string; bias: string }): Linear {
  return { weight: float32(weight), bias: float32(bias) };
}

/** `weight * state + bias`, float32 [outputs]. */
export function applyLinear(state: Float32Array, { weight, bias }: Linear): Float32Array {
  return bias.map((start, output) => {
    const row = weight.subarray(output * state.length, (output + 1) * state.length);
    let sum = start;
    for (let i = 0; i < state.length; i++) sum += (row[i] as number) * (state[i] as number);
    return sum;
  });
}

/** Logits, one a label, of one token's hidden state. */
export function headLogits(state: Float32Array, head: Head): Float32Array {
  return applyLinear(head.dense ? applyLinear(state, head.dense).map(Math.tanh) : state, head);
}

/** Probabilities, one a label, of one token's hidden state. They sum to 1 unless each label has its own. */
export function headProbabilities(state: Float32Array, head: Head): Float32Array {
  return (head.multiLabel ? sigmoid : softmax)(headLogits(state, head), head.temperature);
}

/** Softmax of `logits / temperature`, safe for logits of any size. */
export function softmax(logits: Float32Array, temperature: number): Float32Array {
  const largest = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = logits.map((logit) => Math.exp((logit - largest) / temperature));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** Of each logit by itself: the logistic function of `logit / temperature`. */
export function sigmoid(logits: Float32Array, temperature: number): Float32Array {
  return logits.map((logit) => 1 / (1 + Math.exp(-logit / temperature)));
}
