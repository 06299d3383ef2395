import { BundleError } from "../bundle/bundle-error.ts";
import type { FillMaskTask, Golden, Task } from "../bundle/manifest.ts";
import { headLogits, headProbabilities, softmax } from "./heads.ts";
import type { Model } from "./model.ts";

type Proven = Pick<Model, "manifest" | "tokenizer" | "encode" | "head" | "logitsOf">;

/** Enough ids to run every operator once: <s>, four pieces, </s>; their number is cut to what the model reads. */
const WARM_UP_IDS = [0, 4, 4, 4, 4, 2];

/**
 * Checks that a loaded model is the one that its manifest describes: it gives the golden answers again. One without golden answers must make
 * finite numbers of one warm-up pass.
 *
 * @throws BundleError that says which answer is another one
 */
export async function prove(model: Proven): Promise<void> {
  const { golden, architecture, tasks } = model.manifest;
  if (!golden?.texts.length) {
    const ids = Int32Array.from(WARM_UP_IDS.slice(-Math.min(architecture.max_tokens, architecture.vocab_size)));
    const states = await statesOf(model, ids);
    for (const [name, task] of Object.entries(tasks)) await scoresOf(model, name, task, states(0), ["0"]);
    return;
  }
  for (const text of golden.texts) {
    await proveText(model, golden.tolerance, text);
    await scheduler.wait(0); // other requests get their turn between two passes
  }
}

async function proveText(model: Proven, tolerance: number, { text, ids, answers }: Golden["texts"][number]) {
  const encoded = model.tokenizer.encode(text).ids;
  if (encoded.join() !== ids.join()) throw new BundleError(`The golden text "${text}" gets other token ids.`);
  const states = await statesOf(model, encoded);
  for (const [name, given] of Object.entries(answers)) {
    for (const { at, scores } of given) {
      const labels = Object.keys(scores);
      const found = await scoresOf(model, name, model.manifest.tasks[name] as Task, states(at), labels);
      labels.forEach((label, index) => {
        const [score, wanted] = [found[index] as number, scores[label] as number];
        if (!(Math.abs(score - wanted) <= tolerance))
          throw new BundleError(
            `The task ${name} gives "${label}" ${score.toFixed(3)} in place of ${wanted.toFixed(3)} for a golden text.`,
          );
      });
    }
  }
}

/** The last hidden states of some ids, by their index. */
async function statesOf({ encode, manifest }: Proven, ids: Int32Array): Promise<(at: number) => Float32Array> {
  const size = manifest.architecture.hidden_size;
  const { states } = await encode(ids, ids.length);
  if (states.length !== ids.length * size || !states.every(Number.isFinite))
    throw new BundleError("The layers give no hidden states.");
  return (at) => states.subarray(at * size, (at + 1) * size);
}

/** The probabilities of some labels; those of pieces, by their ids, are of these alone. */
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
