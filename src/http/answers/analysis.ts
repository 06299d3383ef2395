import type { Manifest, Task } from "../../bundle/manifest.ts";
import { answerTask, type ExtraWork, extraWorkOf } from "../../tasks/answer.ts";
import { findTask } from "../../tasks/find-task.ts";
import { purposeOf, truncationOf } from "../../tasks/read.ts";
import type { Analysis } from "../schemas/answers.ts";
import type { AnalyzeOptions } from "../schemas/input.ts";
import { type NativeRoute, withExtent } from "./native.ts";

/** What `/v1/analyze` asks of a text. */
export const analysis: NativeRoute<AnalyzeOptions, Analysis> = {
  name: "analyze",
  settle(manifest, { options: { truncation, offsets = "utf16", tasks: names } }) {
    /** Full names, by the names that were asked for. */
    const tasks = Object.fromEntries((names ?? usualTasks(manifest)).map((name) => [name, findNamed(manifest, name)]));
    const all = Object.entries(tasks).map(([name, full]) => [name, manifest.tasks[full] as Task] as const);
    return {
      options: {
        truncation: truncationOf(
          all.map(([, task]) => task),
          truncation,
        ),
        offsets,
        tasks,
      },
      tag: "analyze",
      ...purposeOf(...all.map(([, task]) => task)),
      extraWork: (model, plan) => sumOf(all.map(([, task]) => extraWorkOf(model, task, plan, {}))),
      async answer(model, reading, turn, extra) {
        const results: Analysis["results"] = {};
        for (const [name, task] of all)
          results[name] = await answerTask(model, task, reading, { offsets }, turn, extra);
        return withExtent({ results }, model, reading);
      },
    };
  },
};

function sumOf(works: readonly ExtraWork[]): ExtraWork {
  return {
    windows: works.reduce((sum, { windows }) => sum + windows, 0),
    predictions: works.reduce((sum, { predictions }) => sum + predictions, 0),
    tokens: works.reduce((sum, { tokens }) => sum + tokens, 0),
    masks: works.find(({ masks }) => masks)?.masks, // the same for all: one text, no options
  };
}

/** Every task but fill-mask, which needs a mask; of several tag sets the default one. */
function usualTasks({ tasks }: Manifest): string[] {
  const names = Object.keys(tasks).filter((name) => tasks[name]?.kind !== "fill-mask");
  return [...new Set(names.map((name) => name.split("/")[0] as string))];
}

function findNamed(manifest: Manifest, name: string): string {
  const [task, scheme] = name.split("/", 2) as [string, string | undefined];
  return findTask(manifest, task, scheme).name;
}
