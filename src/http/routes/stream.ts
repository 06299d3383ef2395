import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { RequestFailure } from "../../errors.ts";
import { BODY_LIMIT_MS, MAX_LINE_BYTES, STREAM_LINE_WAIT_MS } from "../../limits.ts";
import { engineOf } from "../../runtime/settings.ts";
import { currentBundle, currentModel } from "../../runtime/versions/index.ts";
import { computeAnswers } from "../answers/compute.ts";
import { item } from "../answers/items.ts";
import { type Line, readLines, writeLines } from "../answers/lines.ts";
import { prediction } from "../answers/prediction.ts";
import { textOf } from "../answers/respond.ts";
import { failureOfInput } from "../invalid-input.ts";
import { NDJSON, ndjsonBody } from "../middleware/body.ts";
import { reportLater } from "../middleware/facts.ts";
import { chargeRate } from "../middleware/rate.ts";
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
    const { model } = c.req.valid("query");
    const bundle = await currentBundle(c.env, c.executionCtx, model);
    await currentModel(c.env, bundle, c.executionCtx); // else each line would tell of it
    Object.assign(c.get("facts"), {
      model: bundle.manifest.id,
      version: bundle.version,
      engine: engineOf(c.env, bundle.manifest),
    });
    const answers = answerLines(c, prediction(task), model, readLines(c.req.raw.body, LINE_LIMITS));
    return c.body(writeLines(answers), 200, { "Content-Type": NDJSON, "Cache-Control": "no-store" }) as never; // no typed form
  },
);

/** The request is reported once its last line is answered, or its client has left. */
async function* answerLines(
  c: Context<{ Bindings: Env }>,
  route: ReturnType<typeof prediction>,
  modelId: string | undefined,
  lines: AsyncIterable<Line>,
): AsyncGenerator<string> {
  const reportAtEnd = reportLater(c);
  const counted = c.get("facts");
  try {
    for await (const line of lines) {
      try {
        const answer = JSON.stringify(await answerLine(c, route, modelId, line));
        counted.lines = (counted.lines ?? 0) + 1;
        yield answer;
      } catch (error) {
        const failure = failureOf(error, c);
        counted.failedLines = {
          ...counted.failedLines,
          [failure.kind]: (counted.failedLines?.[failure.kind] ?? 0) + 1,
        };
        yield JSON.stringify({ line: line.number, error: problemOf(failure) });
      }
      await scheduler.wait(0); // lets other requests in between two lines
    }
  } finally {
    if (c.get("client").aborted) counted.failure = "client-left";
    reportAtEnd();
  }
}

/** A line is charged by its windows, and takes the turns that requests leave over. */
async function answerLine(
  c: Context<{ Bindings: Env }>,
  route: ReturnType<typeof prediction>,
  modelId: string | undefined,
  line: Line,
) {
  if ("failure" in line) throw new RequestFailure({ kind: line.failure });
  const parsed = predictLine.safeParse(parseJson(line.text));
  if (!parsed.success) throw new RequestFailure(failureOfInput(parsed.error));
  const asked = item(parsed.data, "");
  const bundle = await currentBundle(c.env, c.executionCtx, modelId, textOf(asked.input));
  const question = route.settle(bundle.manifest, asked);
  const model = await currentModel(c.env, bundle, c.executionCtx);
  const signal = c.get("client");
  const { results, work, waitedMs } = await computeAnswers([{ ...asked, question, model }], {
    limitMs: STREAM_LINE_WAIT_MS,
    isWanted: () => !signal.aborted,
    charge: ({ windows }) => chargeRate(c, windows),
  });
  const facts = c.get("facts");
  facts.task = question.tag;
  facts.queueMs = (facts.queueMs ?? 0) + waitedMs;
  for (const unit of ["tokens", "windows", "predictions"] as const) facts[unit] = (facts[unit] ?? 0) + work[unit];
  return results[0];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RequestFailure({ kind: "not-json" }, { cause });
  }
}
