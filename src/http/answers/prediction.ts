import type { Manifest, Task } from "../../bundle/manifest.ts";
import { answerTask, extraWorkOf, type TaskOptions } from "../../tasks/answer.ts";
import type { TaskAnswer } from "../../tasks/answers.ts";
import { findTask } from "../../tasks/find-task.ts";
import { purposeOf, type Truncation, truncationOf } from "../../tasks/read.ts";
import type { PredictOptions } from "../schemas/input.ts";
import { refuseForeign } from "./foreign-options.ts";
import type { Item } from "./items.ts";
import { type NativeRoute, type WithExtent, withExtent } from "./native.ts";
import type { Question } from "./question.ts";

/** A task by its full name, with the options that its answer depends on. */
interface Prediction extends TaskOptions {
  task: string;
  truncation: Truncation;
}

/** The options that a kind of task has beside `truncation` and `scheme`. */
const OPTIONS: Record<Task["kind"], readonly (keyof PredictOptions)[]> = {
  classification: ["top_k"],
  tagging: ["offsets"],
  "fill-mask": ["top_k", "targets", "offsets"],
};

const PLACED = { offsets: "utf16" } as const;

/** What options are where nobody says. They are filled in, so that saying them changes neither ETag nor cache. */
const DEFAULTS: Record<Task["kind"], PredictOptions> = { classification: {}, tagging: PLACED, "fill-mask": PLACED };

/** What `/v1/{task}` asks of a text, for the task of that name. @param scheme the tag set, where the path names it */
export function prediction(name: string, scheme?: string): NativeRoute<PredictOptions, WithExtent<TaskAnswer>> {
  return {
    name: "predict",
    settle(manifest, { options: given, ...item }) {
      const options = settleOptions(manifest, name, { ...item, options: scheme ? { ...given, scheme } : given });
      return taskQuestion(manifest.tasks[options.task] as Task, options);
    },
  };
}

function taskQuestion(task: Task, options: Prediction): Question<WithExtent<TaskAnswer>> {
  return {
    options,
    tag: options.task,
    ...purposeOf(task),
    extraWork: (model, plan) => extraWorkOf(model, task, plan, options),
    answer: async (model, reading, turn, extra) =>
      withExtent(await answerTask(model, task, reading, options, turn, extra), model, reading),
  };
}

/** @throws RequestFailure `unknown-task`, `unknown-scheme`, `foreign-option` when the task's kind has no such option */
function settleOptions(
  manifest: Manifest,
  name: string,
  { input, options, pointer }: Item<PredictOptions>,
): Prediction {
  const { scheme, truncation, ...others } = options;
  const { name: full, task } = findTask(manifest, name, scheme);
  const foreign = Object.keys(others).filter((option) => !OPTIONS[task.kind].includes(option as keyof PredictOptions));
  if ("tokens" in input && task.kind === "fill-mask") foreign.push("tokens");
  const pointers = foreign.map((option) => `${pointer}/${option}`);
  refuseForeign(pointers, `${name} has no such option.`);
  return { task: full, truncation: truncationOf([task], truncation), ...DEFAULTS[task.kind], ...others };
}
