import type { ClassificationTask, TaggingTask } from "../bundle/manifest.ts";
import type { Tensors } from "../bundle/tensors.ts";

/** `weight * state + bias`. */
export interface Linear {
  /** float32 [outputs, inputs] */
  weight: Float32Array;
  /** float32 [outputs] */
  bias: Float32Array;
}

/** A head computes labels from a hidden state. */
export interface Head {
  /** Absent if a whole graph has the head: then the state is the logits. */
  output?: Linear | undefined;
  /** Applied to the state first, followed by tanh. */
  dense?: Linear | undefined;
  /** Logits are divided by the temperature before softmax or sigmoid (Guo et al. 2017). */
  temperature: number;
  /** True if labels are independent, so that a text can have several. */
  multiLabel?: boolean | undefined;
}

/** A task's head, as views into the bundle's tensors. */
export function openHead(tensors: Tensors, task: ClassificationTask | TaggingTask): Head {
  const { temperature, weight, bias } = task;
  const output = weight !== undefined && bias !== undefined ? openLinear(tensors, { weight, bias }) : undefined;
  if (task.kind === "tagging") return { output, temperature };
  const { dense, multi_label: multiLabel } = task;
  return { output, dense: dense && openLinear(tensors, dense), temperature, multiLabel };
}

/** A linear map, from the names of its tensors. */
export function openLinear({ float32 }: Tensors, { weight, bias }: { weight: string; bias: string }): Linear {
  return { weight: float32(weight), bias: float32(bias) };
}

/** Rows that are summed side by side. Each addition waits for the one before, so one sum alone leaves the processor idle. */
const ROWS_AT_ONCE = 4;

/** `weight * state + bias`, float32 [outputs]. Every sum has the order of the inputs. */
export function applyLinear(state: Float32Array, { weight, bias }: Linear): Float32Array {
  const inputs = state.length;
  const sums = bias.slice();
  const at = (list: Float32Array, index: number) => list[index] as number;
  let row = 0;
  for (; row + ROWS_AT_ONCE <= sums.length; row += ROWS_AT_ONCE) {
    let [a, b, c, d] = [at(sums, row), at(sums, row + 1), at(sums, row + 2), at(sums, row + 3)];
    let first = row * inputs;
    let second = first + inputs;
    let third = second + inputs;
    let fourth = third + inputs;
    for (let i = 0; i < inputs; i++) {
      const value = at(state, i);
      a += at(weight, first++) * value;
      b += at(weight, second++) * value;
      c += at(weight, third++) * value;
      d += at(weight, fourth++) * value;
    }
    sums.set([a, b, c, d], row);
  }
  for (; row < sums.length; row++) {
    let sum = at(sums, row);
    for (let i = 0; i < inputs; i++) sum += at(weight, row * inputs + i) * at(state, i);
    sums[row] = sum;
  }
  return sums;
}

/** Logits of one token's hidden state, one for each label. */
export function headLogits(state: Float32Array, head: Head): Float32Array {
  const read = head.dense ? applyLinear(state, head.dense).map(Math.tanh) : state;
  return head.output ? applyLinear(read, head.output) : read;
}

/** Probabilities of one token's hidden state, one for each label. They sum to 1 unless labels are independent. */
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

/** The logistic function of `logit / temperature`, for each logit. */
export function sigmoid(logits: Float32Array, temperature: number): Float32Array {
  return logits.map((logit) => 1 / (1 + Math.exp(-logit / temperature)));
}
