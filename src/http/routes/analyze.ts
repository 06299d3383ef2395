import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { analysis } from "../answers/analysis.ts";
import { asked, item } from "../answers/items.ts";
import { nativeRequest } from "../answers/native.ts";
import { respond } from "../answers/respond.ts";
import { jsonBody } from "../middleware/body.ts";
import { problems, problemsOfGet, refuseInvalid } from "../problem.ts";
import { analysisSchema, orResults } from "../schemas/answers.ts";
import { analyze as examples } from "../schemas/examples.ts";
import { analyzeBody, analyzeQuery } from "../schemas/input.ts";
import { answered, cacheable } from "../schemas/responses.ts";

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
