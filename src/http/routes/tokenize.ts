import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { currentBundle, currentModel } from "../../runtime/versions/index.ts";
import { planReading } from "../../tasks/read.ts";
import { answerCached } from "../answers/cache.ts";
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
  .openapi(getRoute, (c) => answerTokens(c, c.req.valid("query")))
  .openapi(postRoute, (c) => answerTokens(c, c.req.valid("json")));

async function answerTokens(c: Context<{ Bindings: Env }>, input: { text: string; model?: string | undefined }) {
  const bundle = await currentBundle(c.env, c.executionCtx, input.model);
  return answerCached(c, bundle, { asked: { route: "tokenize", text: input.text }, tag: "tokenize" }, async () => {
    const model = await currentModel(c.env, bundle, c.executionCtx);
    const { ids, normalized, pieces, offsets, rewrites, unknown } = model.tokenizer.encode(input.text);
    const { tokens, truncated } = planReading({ ids }, model.manifest.architecture.max_tokens, "truncate");
    return {
      normalized,
      pieces,
      ids: [...ids],
      offsets,
      rewrites,
      unknown,
      unknown_emoji: emojiLeft(normalized),
      tokens,
      truncated,
      model: { id: model.manifest.id, version: model.version },
    };
  });
}

/** Emoji that the normalization had no name for, each once. */
function emojiLeft(normalized: string): string[] {
  return [...new Set(normalized.match(/\p{Extended_Pictographic}/gu))];
}
