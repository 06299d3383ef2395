import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { asked, item } from "../answers/items.ts";
import { nativeRequest } from "../answers/native.ts";
import { prediction } from "../answers/prediction.ts";
import { respond } from "../answers/respond.ts";
import { jsonBody } from "../middleware/body.ts";
import { problems, problemsOfGet, refuseInvalid } from "../problem.ts";
import { orResults, predictionSchema } from "../schemas/answers.ts";
import { predictGet, predictPost, tagGet, tagPost } from "../schemas/examples.ts";
import { predictBody, predictQuery, schemeParam, tagBody, tagQuery, taskParam } from "../schemas/input.ts";
import { answered, cacheable } from "../schemas/responses.ts";

const getRoute = createRoute({
  method: "get",
  path: "/v1/{task}",
  operationId: "predict",
  summary: "One task, one text",
  description: "Anybody may keep the answer, unless the service asks for a key.",
  tags: ["Predictions"],
  request: { params: taskParam(predictGet.task), query: predictQuery },
  responses: { ...cacheable("The answer", predictionSchema, predictGet.answer), ...problemsOfGet },
});

const postRoute = createRoute({
  method: "post",
  path: "/v1/{task}",
  operationId: "predictMany",
  summary: "One task, one text or several",
  description: "Each text is answered as if it came alone.",
  tags: ["Predictions"],
  middleware: jsonBody,
  request: {
    params: taskParam(predictPost.task),
    body: { required: true, content: { "application/json": { schema: predictBody, examples: predictPost.body } } },
  },
  responses: {
    ...answered(
      "The answer, or the answers to `texts` and `batch` in their order",
      orResults(predictionSchema),
      predictPost.answer,
    ),
    ...problems,
  },
});

const getSchemeRoute = createRoute({
  method: "get",
  path: "/v1/{task}/{scheme}",
  operationId: "predictScheme",
  summary: "One task by one of its tag sets, one text",
  description: "The same as `/v1/{task}?scheme={scheme}`, byte for byte.",
  tags: ["Predictions"],
  request: { params: schemeParam(tagGet), query: tagQuery },
  responses: { ...cacheable("The answer", predictionSchema, tagGet.answer), ...problemsOfGet },
});

const postSchemeRoute = createRoute({
  method: "post",
  path: "/v1/{task}/{scheme}",
  operationId: "predictManyScheme",
  summary: "One task by one of its tag sets, one text or several",
  description: "The same as `POST /v1/{task}` with `scheme`.",
  tags: ["Predictions"],
  middleware: jsonBody,
  request: {
    params: schemeParam(tagPost),
    body: { required: true, content: { "application/json": { schema: tagBody, examples: tagPost.body } } },
  },
  responses: {
    ...answered(
      "The answer, or the answers to `texts` and `batch` in their order",
      orResults(predictionSchema),
      tagPost.answer,
    ),
    ...problems,
  },
});

/** `GET` and `POST /v1/{task}` and `/v1/{task}/{scheme}`: one task. */
export const predict = new OpenAPIHono<{ Bindings: Env }>({ defaultHook: refuseInvalid })
  .openapi(getRoute, (c) => {
    const { model, ...given } = c.req.valid("query");
    const route = prediction(c.req.valid("param").task);
    return respond(c, nativeRequest(route, { item: item(given, "") }, model));
  })
  .openapi(postRoute, (c) => {
    const { model, ...given } = c.req.valid("json");
    return respond(c, nativeRequest(prediction(c.req.valid("param").task), asked(given), model));
  })
  .openapi(getSchemeRoute, (c) => {
    const { model, ...given } = c.req.valid("query");
    const { task, scheme } = c.req.valid("param");
    return respond(c, nativeRequest(prediction(task, scheme), { item: item(given, "") }, model));
  })
  .openapi(postSchemeRoute, (c) => {
    const { model, ...given } = c.req.valid("json");
    const { task, scheme } = c.req.valid("param");
    return respond(c, nativeRequest(prediction(task, scheme), asked(given), model));
  });
