import { BundleError } from "../bundle/bundle-error.ts";
import type { ClassificationTask, FillMaskTask, Golden, Manifest, Task } from "../bundle/manifest.ts";
import { headLogits, headProbabilities, softmax } from "./heads.ts";
import { join } from "./join.ts";
import type { Model } from "./model.ts";

type Proven = Pick<Model, "manifest" | "tokenizer" | "encode" | "stateSize" | "head" | "logitsOf">;

/** Enough ids to run every operator once: <s>, four pieces, </s>. Shortened if the model reads fewer tokens. */
const WARM_UP_IDS = [0, 4, 4, 4, 4, 2];

/**
 * Checks that a model is the one that its manifest describes: it gives the golden answers again. One without golden answers must make
 * finite numbers of one warm-up pass. All texts are on their way at the same time, so that they go through the layers of a model that is still
 * arriving.
 *
 * @throws BundleError that says which answer is another one
 */
export async function prove(model: Proven): Promise<void> {
  const { golden, architecture, tasks } = model.manifest;
  if (!golden?.texts.length) {
    const ids = Int32Array.from(WARM_UP_IDS.slice(-Math.min(architecture.max_tokens, architecture.vocab_size)));
    const { states } = await statesOf(model, ids, []);
    for (const [name, task] of Object.entries(tasks)) await scoresOf(model, name, task, states(0), ["0"]);
    return;
  }
  await join(golden.texts.map((text, index) => proveText(model, golden.tolerance, text, index)));
}

/** An exit with its answer to a golden text. */
interface ProvenExit {
  name: string;
  /** The task with this exit alone, which is always sure. */
  task: ClassificationTask;
  /** float [labels] */
  wanted: number[];
}

/** @param index of the golden text */
function exitsToProve({ tasks }: Manifest, index: number): ProvenExit[] {
  return Object.entries(tasks).flatMap(([name, task]) =>
    task.kind !== "classification"
      ? []
      : (task.exits ?? []).map((exit) => ({
          name,
          task: { ...task, exits: [{ ...exit, threshold: 0 }] },
          wanted: exit.golden?.[index] ?? [],
        })),
  );
}

async function proveText(
  model: Proven,
  tolerance: number,
  { text, ids, answers }: Golden["texts"][number],
  index: number,
): Promise<void> {
  const encoded = model.tokenizer.encode(text).ids;
  if (encoded.join() !== ids.join()) throw new BundleError(`The golden text "${text}" gets other token ids.`);
  const provenExits = exitsToProve(model.manifest, index);
  const { states, exits } = await statesOf(
    model,
    encoded,
    provenExits.map(({ task }) => task),
  );
  const compare = (name: string, label: string, score: number, wanted: number) => {
    if (!(Math.abs(score - wanted) <= tolerance))
      throw new BundleError(
        `The task ${name} gives "${label}" ${score.toFixed(3)} in place of ${wanted.toFixed(3)} for a golden text.`,
      );
  };
  for (const { name, task, wanted } of provenExits) {
    const answer = exits.get(task);
    if (!answer) continue; // an engine that takes no exits
    const scores = softmax(answer.logits, answer.temperature);
    for (const [at, score] of wanted.entries()) compare(name, task.labels[at] as string, scores[at] as number, score);
  }
  for (const [name, given] of Object.entries(answers)) {
    for (const { at, scores } of given) {
      const labels = Object.keys(scores);
      const found = await scoresOf(model, name, model.manifest.tasks[name] as Task, states(at), labels);
      for (const [place, label] of labels.entries())
        compare(name, label, found[place] as number, scores[label] as number);
    }
  }
}

/** The last hidden states of some ids, by their index. If all tasks classify the whole text, only that of `<s>`. */
async function statesOf(
  { encode, manifest, stateSize: size }: Proven,
  ids: Int32Array,
  exiting: readonly ClassificationTask[],
) {
  const kinds = Object.values(manifest.tasks).map(({ kind }) => kind);
  const rows = kinds.every((kind) => kind === "classification") ? 1 : ids.length;
  const { states, exits } = await encode(ids, rows, { tasks: exiting, end: false });
  if (states.length !== rows * size || !states.every(Number.isFinite))
    throw new BundleError("The layers give no hidden states.");
  return { states: (at: number) => states.subarray(at * size, (at + 1) * size), exits };
}

/** The probabilities of some labels. For fill-mask the labels are ids, and their probabilities are a softmax over these ids only. */
async function scoresOf(model: Proven, name: string, task: Task, state: Float32Array, labels: readonly string[]) {
  if (task.kind === "fill-mask") return softmax(await pieceLogits(model, task, state, labels.map(Number)), 1);
  const head = model.head(task);
  if (!headLogits(state, head).every(Number.isFinite))
    throw new BundleError(`The head of the task ${name} gives no logits.`);
  const probabilities = headProbabilities(state, head);
  return labels.map((label) => probabilities[task.labels.indexOf(label)] as number);
}

async function pieceLogits({ logitsOf }: Proven, task: FillMaskTask, state: Float32Array, ids: number[]) {
  const logits = await logitsOf(task, state, ids);
  if (!logits.every(Number.isFinite)) throw new BundleError("The word table gives no logits.");
  return logits;
}
