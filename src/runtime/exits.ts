import type { ClassificationTask, TaskExit } from "../bundle/manifest.ts";
import type { Tensors } from "../bundle/tensors.ts";
import { applyLinear, type Linear, openLinear, softmax } from "./heads.ts";
import type { Watch } from "./stage.ts";

/** A head that reads the states after an early layer. */
interface Exit {
  layer: number;
  /** float32 [queries, hidden] */
  queries: Float32Array;
  dense: Linear;
  output: Linear;
  /** Logits are divided by it before softmax. */
  temperature: number;
  /** The lowest top probability with which it answers. */
  threshold: number;
}

/** What an exit made of a text. */
export interface ExitAnswer {
  layer: number;
  /** float32 [labels] */
  logits: Float32Array;
  temperature: number;
}

/** Which classifications of a pass may be answered by an exit. */
export interface ExitsAsked {
  tasks: readonly ClassificationTask[];
  /** Whether nothing else of the pass is wanted, so that it may end when all tasks are answered. */
  end: boolean;
}

const NONE: ExitsAsked = { tasks: [], end: false };

/** The exits at which a pass looks, and what they have answered so far. */
export interface ExitWatch {
  /** Undefined if no task has an exit. */
  watch: Watch | undefined;
  answers: ReadonlyMap<ClassificationTask, ExitAnswer>;
}

/**
 * Opens the exits of a pass. The answers are in the map when the pass has ended.
 *
 * @param size of a hidden state
 */
export function watchExits(tensors: Tensors, size: number, { tasks, end }: ExitsAsked = NONE): ExitWatch {
  const answers = new Map<ClassificationTask, ExitAnswer>();
  const exits = tasks.flatMap((task) => (task.exits ?? []).map((entry) => ({ task, exit: openExit(tensors, entry) })));
  if (exits.length === 0) return { watch: undefined, answers };
  const watch: Watch = {
    layers: new Set(exits.map(({ exit }) => exit.layer)),
    see(layer, states) {
      for (const { task, exit } of exits) {
        if (exit.layer !== layer || answers.has(task)) continue;
        const logits = exitLogits(states, size, exit);
        if (isSure(logits, exit)) answers.set(task, { layer, logits, temperature: exit.temperature });
      }
      return end && answers.size === tasks.length;
    },
  };
  return { watch, answers };
}

/** The last layer whose exit has answered. */
export function lastLayer(answers: ExitWatch["answers"]): number {
  return Math.max(...[...answers.values()].map(({ layer }) => layer));
}

function openExit(tensors: Tensors, { layer, queries, dense, output, temperature, threshold }: TaskExit): Exit {
  return {
    layer,
    queries: tensors.float32(queries),
    dense: openLinear(tensors, dense),
    output: openLinear(tensors, output),
    temperature,
    threshold,
  };
}

function isSure(logits: Float32Array, { temperature, threshold }: Exit): boolean {
  return Math.max(...softmax(logits, temperature)) >= threshold;
}

/** Logits of a text from all its states after the exit's layer, float32 [tokens, size]: see the manifest's `exits`. */
export function exitLogits(states: Float32Array, size: number, exit: Pick<Exit, "queries" | "dense" | "output">) {
  const means = weightedMeans(states, size, exit.queries);
  const read = applyLinear(means, exit.dense).map((value) => Math.max(0, value));
  return applyLinear(read, exit.output);
}

/** For each query the mean of all states, with the weights softmax(states * query): float32 [queries, size]. */
function weightedMeans(states: Float32Array, size: number, queries: Float32Array): Float32Array {
  const means = new Float32Array(queries.length);
  const bias = new Float32Array(states.length / size);
  for (let start = 0; start < queries.length; start += size) {
    const weights = softmax(applyLinear(queries.subarray(start, start + size), { weight: states, bias }), 1);
    const mean = means.subarray(start, start + size);
    weights.forEach((share, token) => {
      for (let i = 0; i < size; i++) mean[i] = (mean[i] as number) + share * (states[token * size + i] as number);
    });
  }
  return means;
}
