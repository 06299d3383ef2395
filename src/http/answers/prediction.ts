import type { Manifest, Task } from "../../bundle/manifest.ts";
import { type InputError, RequestFailure } from "../../errors.ts";
import { answerTask, extraWorkOf, type TaskAnswer, type TaskOptions } from "../../tasks/answer.ts";
import { findTask } from "../../tasks/find-task.ts";
import { type Truncation, wantedBy } from "../../tasks/read.ts";
import type { Item } from "./items.ts";
import { type NativeRoute, type WithExtent, withExtent } from "./native.ts";
import type { Question } from "./question.ts";

export interface PredictOptions {
  truncation?: Truncation | undefined;
  top_k?: number | undefined;
  scheme?: string | undefined;
  targets?: string[] | undefined;
}

/** A task by its full name, with the options that its answer depends on. */
interface Prediction extends TaskOptions {
  task: string;
  truncation: Truncation;
}

/** The options that a kind of task has beside `truncation` and `scheme`. */
const OPTIONS: Record<Task["kind"], readonly (keyof PredictOptions)[]> = {
  classification: ["top_k"],
  tagging: [],
  "fill-mask": ["top_k", "targets"],
};

/** What `/v1/{task}` asks of a text, for the task of that name. */
export function prediction(name: string): NativeRoute<PredictOptions, WithExtent<TaskAnswer>> {
  return {
    name: "predict",
    settle(manifest, item) {
      const options = settleOptions(manifest, name, item);
      return taskQuestion(manifest.tasks[options.task] as Task, options);
    },
  };
}

function taskQuestion(task: Task, options: Prediction): Question<WithExtent<TaskAnswer>> {
  return {
    options,
    tag: options.task,
    wanted: wantedBy(task),
    extraWork: (model, plan) => extraWorkOf(model, task, plan, options),
    answer: async (model, reading, turn) =>
      withExtent(await answerTask(model, task, reading, options, turn), model, reading),
  };
}

/** @throws RequestFailure `unknown-task`, `unknown-scheme`, `foreign-option` when the task's kind has no such option */
function settleOptions(
  manifest: Manifest,
  name: string,
  { input, options, pointer }: Item<PredictOptions>,
): Prediction {
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
