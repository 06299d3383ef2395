import type { ClassificationTask, Manifest } from "../../bundle/manifest.ts";
import { RequestFailure } from "../../errors.ts";
import type { Explanation } from "../../tasks/answers.ts";
import { explain, explainedWords } from "../../tasks/explain.ts";
import { findTask } from "../../tasks/find-task.ts";
import { movePlaces, placesIn } from "../../tasks/offset-units.ts";
import { purposeOf, tokensOfPasses, truncationOf } from "../../tasks/read.ts";
import type { ExplainOptions } from "../schemas/input.ts";
import { type NativeRoute, type WithExtent, withExtent } from "./native.ts";

/** What `/v1/{task}/explain` asks of a text, for the task of that name. */
export function explanation(name: string): NativeRoute<ExplainOptions, WithExtent<Explanation>> {
  return {
    name: "explain",
    settle(manifest, { options, pointer }) {
      const task = classificationTask(manifest, name);
      const { label, offsets = "utf16" } = options;
      if (label !== undefined && !task.labels.includes(label)) {
        const detail = `The labels of ${name}: ${task.labels.join(", ")}.`;
        throw new RequestFailure({ kind: "unknown-label", errors: [{ pointer: `${pointer}/label`, detail }] });
      }
      const truncation = truncationOf([task], options.truncation);
      return {
        options: { task: name, truncation, label, offsets },
        tag: name,
        ...purposeOf(task),
        extraWork(_, plan) {
          const words = explainedWords(plan).length;
          return { windows: words * plan.windows, predictions: 0, tokens: words * tokensOfPasses(plan) };
        },
        async answer(model, reading, turn) {
          const { words, ...explained } = await explain(model, task, reading, label, turn);
          const placed = movePlaces(words, placesIn(reading.text, offsets));
          return withExtent({ ...explained, words: placed }, model, reading);
        },
      };
    },
  };
}

/** @throws RequestFailure `unknown-task`, `not-explainable` for a task of another kind */
function classificationTask(manifest: Manifest, name: string): ClassificationTask {
  const { task } = findTask(manifest, name, undefined);
  if (task.kind === "classification") return task;
  const all = Object.entries(manifest.tasks);
  const tasks = all.filter(([, { kind }]) => kind === "classification").map(([each]) => each);
  throw new RequestFailure({ kind: "not-explainable", tasks });
}
