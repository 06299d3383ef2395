import type { z } from "@hono/zod-openapi";
import type { ClassificationTask, Manifest } from "../../bundle/manifest.ts";
import { RequestFailure } from "../../errors.ts";
import type { LabelScore } from "../../tasks/answers.ts";
import { scoreLabels, usualFunction } from "../../tasks/classify.ts";
import { purposeOf, truncationOf } from "../../tasks/read.ts";
import type { Question, TextRequest } from "../answers/question.ts";
import type { predictBody } from "../schemas/text-embeddings-inference.ts";
import { truncationBy } from "./embed.ts";

/** The request of `/predict`: every label of a text, highest first. A single text gets its list of labels, not a list of lists. */
export function predictRequest(
  modelId: string,
  taskName: string,
  { inputs, truncate, raw_scores = false }: z.infer<typeof predictBody>,
): TextRequest<LabelScore[], LabelScore[] | LabelScore[][]> {
  const several = typeof inputs !== "string" && typeof inputs[0] !== "string";
  return {
    modelId,
    texts: [inputs].flat(2).map((text, index) => ({
      input: { text },
      pointer: several ? `/inputs/${index}/0` : "/inputs",
    })),
    settle(manifest) {
      const task = classificationOf(manifest, taskName);
      return {
        options: { truncation: truncationOf([task], truncationBy(truncate)), task: taskName, raw_scores },
        tag: taskName,
        ...purposeOf(task),
        answer: (model, reading) => scoreLabels(model, task, reading, raw_scores ? "none" : usualFunction(task)),
      };
    },
    cacheKey: ([question]) => ({ route: "tei-predict", inputs, options: question?.options }),
    tag: ([question]) => (question as Question<LabelScore[]>).tag,
    shape: (results) => (several ? results : (results[0] as LabelScore[])),
  };
}

/** @throws RequestFailure `unknown-task`, with the model's classifications */
export function classificationOf({ tasks }: Manifest, name: string): ClassificationTask {
  const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
  if (task?.kind === "classification") return task;
  const names = Object.keys(tasks).filter((each) => tasks[each]?.kind === "classification");
  throw new RequestFailure({ kind: "unknown-task", tasks: names });
}
