import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { RequestFailure } from "../../errors.ts";
import { BODY_LIMIT_MS, MAX_LINE_BYTES } from "../../limits.ts";
import type { Model } from "../../runtime/model.ts";
import { currentBundle, currentModel } from "../../runtime/versions/index.ts";
import { item } from "../answers/items.ts";
import { type Line, readLines, writeLines } from "../answers/lines.ts";
import { prediction } from "../answers/prediction.ts";
import { answerWith } from "../answers/question.ts";
import { failureOfInput } from "../invalid-input.ts";
import { NDJSON, ndjsonBody } from "../middleware/body.ts";
import { failureOf, problemOf, problems, refuseInvalid } from "../problem.ts";
import { predictionSchema, problemLineSchema } from "../schemas/answers.ts";
import { stream as examples } from "../schemas/examples.ts";
import { model, predictLine, taskParam } from "../schemas/input.ts";

const LINE_LIMITS = { maxBytes: MAX_LINE_BYTES, idleMs: BODY_LIMIT_MS };

const streamRoute = createRoute({
  method: "post",
  path: "/v1/{task}/stream",
  operationId: "predictStream",
  summary: "One task, any number of texts",
  description:
    "Newline-delimited JSON both ways: the schemas are those of a line. Lines are answered in order, and read as fast as their answers are.",
  tags: ["Predictions"],
  middleware: ndjsonBody,
  request: {
    params: taskParam(examples.task),
    query: z.strictObject({ model: model.optional() }),
    body: { required: true, content: { [NDJSON]: { schema: predictLine, examples: examples.line } } },
  },
  responses: {
    200: {
      description: "A line for each line, in order: its answer, or its number and what is wrong with it",
      content: { [NDJSON]: { schema: z.union([predictionSchema, problemLineSchema]), examples: examples.answer } },
    },
    ...problems,
  },
});

/**
 * `POST /v1/{task}/stream`: newline-delimited JSON both ways. A line is read when its answer is wanted, so what is held is one
 * line, however many come; when the client leaves, reading ends and with it the work.
 */
export const stream = new OpenAPIHono<{ Bindings: Env }>({ defaultHook: refuseInvalid }).openapi(
  streamRoute,
  async (c) => {
    const { task } = c.req.valid("param");
    const bundle = await currentBundle(c.env, c.executionCtx, c.req.valid("query").model);
    const model = await currentModel(c.env, bundle, c.executionCtx);
    const answers = answerLines(model, task, readLines(c.req.raw.body, LINE_LIMITS), c.get("requestId"));
    return c.body(writeLines(answers), 200, { "Content-Type": NDJSON, "Cache-Control": "no-store" }) as never; // no typed form
  },
);

async function* answerLines(
  model: Model,
  task: string,
  lines: AsyncIterable<Line>,
  requestId: string,
): AsyncGenerator<string> {
  const question = prediction(task);
  for await (const { number, ...line } of lines) {
    try {
      if ("failure" in line) throw new RequestFailure({ kind: line.failure });
      const parsed = predictLine.safeParse(parseJson(line.text));
      if (!parsed.success) throw new RequestFailure(failureOfInput(parsed.error));
      const { input, ...rest } = item(parsed.data, "");
      const options = question.resolve(model.manifest, { input, ...rest });
      yield JSON.stringify(await answerWith(model, question, input, options));
    } catch (error) {
      yield JSON.stringify({ line: number, error: problemOf(failureOf(error, requestId)) });
    }
    await scheduler.wait(0); // lets other requests in between two lines
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RequestFailure({ kind: "not-json" }, { cause });
  }
}
