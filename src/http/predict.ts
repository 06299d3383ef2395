import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Manifest, Task } from "../bundle/manifest.ts";
import { RequestFailure } from "../errors.ts";
import { currentBundle, currentModel } from "../runtime/current-model.ts";
import { type ClassifyOptions, classify } from "../tasks/classify.ts";
import { answerCached } from "./answer-cache.ts";
import { jsonBody } from "./json-body.ts";
import { problems, refuseInvalid } from "./problem.ts";
import { classificationSchema, classificationsSchema, predictBody, predictQuery } from "./schemas.ts";

const params = z.object({ task: z.string().openapi({ param: { name: "task", in: "path" }, example: "sentiment" }) });

const getRoute = createRoute({
  method: "get",
  path: "/v1/{task}",
  request: { params, query: predictQuery },
  responses: {
    200: { description: "The answer", content: { "application/json": { schema: classificationSchema } } },
    304: { description: "The answer is still the one whose ETag was sent" },
    ...problems,
  },
});

const postRoute = createRoute({
  method: "post",
  path: "/v1/{task}",
  middleware: jsonBody,
  request: { params, body: { required: true, content: { "application/json": { schema: predictBody } } } },
  responses: {
    200: {
      description: "The answer to `text`, or to `texts` in their order",
      content: { "application/json": { schema: z.union([classificationSchema, classificationsSchema]) } },
    },
    ...problems,
  },
});

/** `GET` and `POST /v1/{task}`. */
export const predict = new OpenAPIHono<{ Bindings: Env }>({ defaultHook: refuseInvalid });

predict.openapi(getRoute, (c) => {
  const { text, ...options } = c.req.valid("query");
  const { task } = c.req.valid("param");
  return answerTask(c, task, { text, ...options }, (answer) => answer(text, options));
});

predict.openapi(postRoute, (c) => {
  const { text, texts, ...options } = c.req.valid("json");
  const { task } = c.req.valid("param");
  if (text !== undefined) return answerTask(c, task, { text, ...options }, (answer) => answer(text, options));
  return answerTask(c, task, { texts, ...options }, async (answer) => {
    const results: Classified[] = [];
    for (const each of texts ?? []) {
      results.push(await answer(each, options));
      await scheduler.wait(0); // lets other requests in between two texts
    }
    return { results };
  });
});

type Classified = z.infer<typeof classificationSchema>;
type Answer = (text: string, options: ClassifyOptions) => Promise<Classified>;

/** Finds the task, then the kept answer or the model that gives one. */
async function answerTask<T>(
  c: Context<{ Bindings: Env }>,
  name: string,
  asked: object,
  compute: (answer: Answer) => Promise<T>,
) {
  const bundle = await currentBundle(c.env);
  const task = findTask(bundle.manifest, name);
  return answerCached(c, bundle, { task: name, ...asked }, async () => {
    const model = await currentModel(c.env, bundle, c.executionCtx);
    const { manifest, version } = model;
    return compute(async (text, options) => ({
      ...(await classify(model, task, text, options)),
      model: { id: manifest.id, version },
    }));
  });
}

function findTask({ tasks }: Manifest, name: string): Task {
  const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
  if (task?.kind === "classification") return task;
  const answered = Object.keys(tasks).filter((known) => tasks[known]?.kind === "classification");
  throw new RequestFailure({ kind: "unknown-task", tasks: answered });
}
