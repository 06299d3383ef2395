import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { currentBundle, currentModel } from "../runtime/current-model.ts";
import { fitToModel } from "../tasks/tokenize.ts";
import { answerCached } from "./answer-cache.ts";
import { jsonBody } from "./json-body.ts";
import { problems, refuseInvalid } from "./problem.ts";
import { tokenizationSchema, tokenizeInput } from "./schemas.ts";

const responses = {
  200: { description: "The text's pieces", content: { "application/json": { schema: tokenizationSchema } } },
  ...problems,
};

const getRoute = createRoute({ method: "get", path: "/v1/tokenize", request: { query: tokenizeInput }, responses });

const postRoute = createRoute({
  method: "post",
  path: "/v1/tokenize",
  middleware: jsonBody,
  request: { body: { required: true, content: { "application/json": { schema: tokenizeInput } } } },
  responses,
});

/** `GET` and `POST /v1/tokenize`. */
export const tokenize = new OpenAPIHono<{ Bindings: Env }>({ defaultHook: refuseInvalid });

tokenize.openapi(getRoute, (c) => answerTokens(c, c.req.valid("query").text));
tokenize.openapi(postRoute, (c) => answerTokens(c, c.req.valid("json").text));

async function answerTokens(c: Context<{ Bindings: Env }>, text: string) {
  const bundle = await currentBundle(c.env);
  return answerCached(c, bundle, { route: "tokenize", text }, async () => {
    const model = await currentModel(c.env, bundle, c.executionCtx);
    const encoding = model.tokenizer.encode(text);
    const { normalized, pieces, offsets, rewrites, unknown } = encoding;
    const { tokens, truncated } = fitToModel(encoding, model.manifest.architecture.max_tokens, "truncate");
    return {
      normalized,
      pieces,
      ids: [...encoding.ids],
      offsets,
      rewrites,
      unknown,
      tokens,
      truncated,
      model: { id: model.manifest.id, version: model.version },
    };
  });
}
