import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { respond } from "../answers/respond.ts";
import { tokenization } from "../answers/tokenization.ts";
import { jsonBody } from "../middleware/body.ts";
import { problems, problemsOfGet, refuseInvalid } from "../problem.ts";
import { tokenizationSchema } from "../schemas/answers.ts";
import { tokenize as examples } from "../schemas/examples.ts";
import { tokenizeBody, tokenizeQuery } from "../schemas/input.ts";
import { answered, cacheable } from "../schemas/responses.ts";

const ANSWER = "The text's pieces";

const getRoute = createRoute({
  method: "get",
  path: "/v1/tokenize",
  operationId: "tokenize",
  summary: "What the model reads of a text",
  description: "The normalized text, every rewrite with its place in the text as sent, pieces, ids and offsets.",
  tags: ["Vectors and tokens"],
  request: { query: tokenizeQuery },
  responses: { ...cacheable(ANSWER, tokenizationSchema, examples.answer), ...problemsOfGet },
});

const postRoute = createRoute({
  method: "post",
  path: "/v1/tokenize",
  operationId: "tokenizeBody",
  summary: "What the model reads of a text in the body",
  description: "As by GET, for texts that should stand in no URL.",
  tags: ["Vectors and tokens"],
  middleware: jsonBody,
  request: {
    body: { required: true, content: { "application/json": { schema: tokenizeBody, examples: examples.body } } },
  },
  responses: { ...answered(ANSWER, tokenizationSchema, examples.answer), ...problems },
});

/** `GET` and `POST /v1/tokenize`. */
export const tokenize = new OpenAPIHono<{ Bindings: Env }>({ defaultHook: refuseInvalid })
  .openapi(getRoute, (c) => respond(c, tokenization(c.req.valid("query"))))
  .openapi(postRoute, (c) => respond(c, tokenization(c.req.valid("json"))));
