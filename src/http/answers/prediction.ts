import type { Manifest, Task } from "../../bundle/manifest.ts";
import { type InputError, RequestFailure } from "../../errors.ts";
import { answerTask, type TaskAnswer } from "../../tasks/answer.ts";
import { findTask } from "../../tasks/find-task.ts";
import { type Truncation, wantedBy } from "../../tasks/read.ts";
import type { Item } from "./items.ts";
import type { Question } from "./question.ts";

export interface PredictOptions {
  truncation?: Truncation | undefined;
  top_k?: number | undefined;
  scheme?: string | undefined;
  targets?: string[] | undefined;
}

/** A task by its full name, with the options that its answer depends on. */
interface Prediction {
  task: string;
  truncation: Truncation;
  top_k?: number | undefined;
  targets?: string[] | undefined;
}

/** The options that a kind of task has beside `truncation` and `scheme`. */
const OPTIONS: Record<Task["kind"], readonly (keyof PredictOptions)[]> = {
  classification: ["top_k"],
  tagging: [],
  "fill-mask": ["top_k", "targets"],
};

/** The question that `/v1/{task}` asks of a text. */
export function prediction(name: string): Question<PredictOptions, Prediction, TaskAnswer> {
  return {
    route: "predict",
    tag: ({ task }) => task,
    resolve: (manifest, item) => resolve(manifest, name, item),
    wanted: ({ tasks }, { task }) => wantedBy(tasks[task]),
    answer: (model, { task, ...options }, reading, text) =>
      answerTask(model, model.manifest.tasks[task] as Task, reading, text, options),
  };
}

/** @throws RequestFailure `unknown-task`, `unknown-scheme`, `foreign-option` when the task's kind has no such option */
function resolve(manifest: Manifest, name: string, { input, options, pointer }: Item<PredictOptions>): Prediction {
  const { scheme, truncation = "truncate", ...others } = options;
  const { name: full, task } = findTask(manifest, name, scheme);
  const foreign = Object.keys(others).filter((option) => !OPTIONS[task.kind].includes(option as keyof PredictOptions));
  if ("tokens" in input && task.kind === "fill-mask") foreign.push("tokens");
  const errors: InputError[] = foreign.map((option) => ({
    pointer: `${pointer}/${option}`,
    detail: `${name} has no such option.`,
  }));
  if (errors.length > 0) throw new RequestFailure({ kind: "foreign-option", errors });
  return { task: full, truncation, ...others };
}
