import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import type { Manifest, Task } from "../../bundle/manifest.ts";
import { answerTask, type ExtraWork, extraWorkOf, type TaskAnswer } from "../../tasks/answer.ts";
import { findTask } from "../../tasks/find-task.ts";
import { type Truncation, wantedBy } from "../../tasks/read.ts";
import { asked, item } from "../answers/items.ts";
import { type NativeRoute, nativeRequest, type WithExtent, withExtent } from "../answers/native.ts";
import { respond } from "../answers/respond.ts";
import { jsonBody } from "../middleware/body.ts";
import { problems, problemsOfGet, refuseInvalid } from "../problem.ts";
import { analysisSchema, orResults } from "../schemas/answers.ts";
import { analyze as examples } from "../schemas/examples.ts";
import { analyzeBody, analyzeQuery } from "../schemas/input.ts";
import { answered, cacheable } from "../schemas/responses.ts";

interface AnalyzeOptions {
  truncation?: Truncation | undefined;
  tasks?: string[] | undefined;
}

interface Analysis {
  results: Record<string, TaskAnswer>;
}

const analysis: NativeRoute<AnalyzeOptions, WithExtent<Analysis>> = {
  name: "analyze",
  settle(manifest, { options: { truncation = "truncate", tasks: names } }) {
    /** Full names, by the names that were asked for. */
    const tasks = Object.fromEntries((names ?? usualTasks(manifest)).map((name) => [name, findNamed(manifest, name)]));
    const all = Object.entries(tasks).map(([name, full]) => [name, manifest.tasks[full] as Task] as const);
    return {
      options: { truncation, tasks },
      tag: "analyze",
      wanted: wantedBy(...all.map(([, task]) => task)),
      extraWork: (model, plan) => sumOf(all.map(([, task]) => extraWorkOf(model, task, plan, {}))),
      async answer(model, reading, turn) {
        const results: Record<string, TaskAnswer> = {};
        for (const [name, task] of all) results[name] = await answerTask(model, task, reading, {}, turn);
        return withExtent({ results }, model, reading);
      },
    };
  },
};

function sumOf(works: readonly ExtraWork[]): ExtraWork {
  return {
    predictions: works.reduce((sum, { predictions }) => sum + predictions, 0),
    tokens: works.reduce((sum, { tokens }) => sum + tokens, 0),
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

const getRoute = createRoute({
  method: "get",
  path: "/v1/analyze",
  operationId: "analyze",
  summary: "Several tasks, one text",
  description:
    "All answers come from one pass of the encoder. Without `tasks` it is every task but fill-mask, of several tag sets the usual one.",
  tags: ["Predictions"],
  request: { query: analyzeQuery },
  responses: { ...cacheable("Each task's answer", analysisSchema, examples.answer), ...problemsOfGet },
});

const postRoute = createRoute({
  method: "post",
  path: "/v1/analyze",
  operationId: "analyzeMany",
  summary: "Several tasks, one text or several",
  description: "One pass of the encoder a text, whatever the number of tasks.",
  tags: ["Predictions"],
  middleware: jsonBody,
  request: {
    body: { required: true, content: { "application/json": { schema: analyzeBody, examples: examples.body } } },
  },
  responses: {
    ...answered(
      "Each task's answer, or those to `texts` and `batch` in their order",
      orResults(analysisSchema),
      examples.answer,
    ),
    ...problems,
  },
});

/** `GET` and `POST /v1/analyze`: several tasks from one pass of the encoder. */
export const analyze = new OpenAPIHono<{ Bindings: Env }>({ defaultHook: refuseInvalid })
  .openapi(getRoute, (c) => {
    const { model, ...given } = c.req.valid("query");
    return respond(c, nativeRequest(analysis, { item: item(given, "") }, model));
  })
  .openapi(postRoute, (c) => {
    const { model, ...given } = c.req.valid("json");
    return respond(c, nativeRequest(analysis, asked(given), model));
  });
