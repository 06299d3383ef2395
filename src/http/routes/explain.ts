import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { explanation } from "../answers/explanation.ts";
import { asked, item } from "../answers/items.ts";
import { nativeRequest } from "../answers/native.ts";
import { respond } from "../answers/respond.ts";
import { jsonBody } from "../middleware/body.ts";
import { problems, problemsOfGet, refuseInvalid } from "../problem.ts";
import { explanationSchema, orResults } from "../schemas/answers.ts";
import { explain as examples } from "../schemas/examples.ts";
import { explainBody, explainQuery, taskParam } from "../schemas/input.ts";
import { answered, cacheable } from "../schemas/responses.ts";

const getRoute = createRoute({
  method: "get",
  path: "/v1/{task}/explain",
  operationId: "explain",
  summary: "How much each word speaks for a label",
  description:
    "For a classification task. `effect` is the label's probability minus what is left of it when the word is masked: above 0 the word speaks for the label. Each word takes one pass of the encoder and is counted as a window.",
  tags: ["Predictions"],
  request: { params: taskParam(examples.task), query: explainQuery },
  responses: { ...cacheable("The explanation", explanationSchema, examples.answer), ...problemsOfGet },
});

const postRoute = createRoute({
  method: "post",
  path: "/v1/{task}/explain",
  operationId: "explainMany",
  summary: "The same for one text or several",
  tags: ["Predictions"],
  middleware: jsonBody,
  request: {
    params: taskParam(examples.task),
    body: { required: true, content: { "application/json": { schema: explainBody, examples: examples.body } } },
  },
  responses: {
    ...answered(
      "The explanation, or those of `texts` and `batch` in their order",
      orResults(explanationSchema),
      examples.answer,
    ),
    ...problems,
  },
});

/** `GET` and `POST /v1/{task}/explain`: the effect of each word on a label's probability. */
export const explain = new OpenAPIHono<{ Bindings: Env }>({ defaultHook: refuseInvalid })
  .openapi(getRoute, (c) => {
    const { model, ...given } = c.req.valid("query");
    return respond(c, nativeRequest(explanation(c.req.valid("param").task), { item: item(given, "") }, model));
  })
  .openapi(postRoute, (c) => {
    const { model, ...given } = c.req.valid("json");
    return respond(c, nativeRequest(explanation(c.req.valid("param").task), asked(given), model));
  });
