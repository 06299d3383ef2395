import { BundleError } from "./bundle-error.ts";
import type { Golden, Manifest, Task } from "./manifest.ts";

/**
 * Checks that the golden answers of a manifest fit its vocabulary, tasks and labels.
 *
 * @throws BundleError that names the first error
 */
export function checkGolden(manifest: Manifest, golden: Golden): void {
  const { vocab_size, max_tokens } = manifest.architecture;
  for (const [number, { ids, answers }] of golden.texts.entries()) {
    if (ids.length > max_tokens || ids.some((id) => id >= vocab_size)) refuse(number, "ids that the model can't read");
    for (const [name, given] of Object.entries(answers)) {
      const task = Object.hasOwn(manifest.tasks, name) ? manifest.tasks[name] : undefined;
      if (!task) refuse(number, `an answer of the task ${name}, which there is not`);
      for (const { at, scores } of given)
        if (at >= ids.length || !Object.keys(scores).every((label) => isLabel(label, task, vocab_size)))
          refuse(number, `an answer that the task ${name} can't give`);
    }
  }
}

/** Whether a task has this label, or for a fill-mask task, whether the vocabulary has this id. */
function isLabel(label: string, task: Task, vocabSize: number): boolean {
  if (task.kind === "fill-mask") return /^\d+$/.test(label) && Number(label) < vocabSize;
  return task.labels.includes(label);
}

function refuse(number: number, has: string): never {
  throw new BundleError(`The manifest makes no sense: its golden text number ${number} has ${has}.`);
}
