import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { embedding } from "../answers/embedding.ts";
import { asked, item } from "../answers/items.ts";
import { nativeRequest } from "../answers/native.ts";
import { respond } from "../answers/respond.ts";
import { jsonBody } from "../middleware/body.ts";
import { problems, problemsOfGet, refuseInvalid } from "../problem.ts";
import { embeddingSchema, orResults } from "../schemas/answers.ts";
import { embed as examples } from "../schemas/examples.ts";
import { embedBody, embedQuery } from "../schemas/input.ts";
import { answered, cacheable } from "../schemas/responses.ts";

const getRoute = createRoute({
  method: "get",
  path: "/v1/embed",
  operationId: "embed",
  summary: "The vector of a text",
  tags: ["Vectors and tokens"],
  request: { query: embedQuery },
  responses: { ...cacheable("The tweet's vector", embeddingSchema, examples.answer), ...problemsOfGet },
});

const postRoute = createRoute({
  method: "post",
  path: "/v1/embed",
  operationId: "embedMany",
  summary: "The vectors of one text or several",
  tags: ["Vectors and tokens"],
  middleware: jsonBody,
  request: {
    body: { required: true, content: { "application/json": { schema: embedBody, examples: examples.body } } },
  },
  responses: {
    ...answered(
      "The tweet's vector, or those of `texts` and `batch` in their order",
      orResults(embeddingSchema),
      examples.answer,
    ),
    ...problems,
  },
});

/** `GET` and `POST /v1/embed`: the tweet's vector. */
export const embed = new OpenAPIHono<{ Bindings: Env }>({ defaultHook: refuseInvalid })
  .openapi(getRoute, (c) => {
    const { model, ...given } = c.req.valid("query");
    return respond(c, nativeRequest(embedding, { item: item(given, "") }, model));
  })
  .openapi(postRoute, (c) => {
    const { model, ...given } = c.req.valid("json");
    return respond(c, nativeRequest(embedding, asked(given), model));
  });
