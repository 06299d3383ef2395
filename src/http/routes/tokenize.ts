import { createRoute, OpenAPIHono, type z } from "@hono/zod-openapi";
import type { Question } from "../answers/question.ts";
import { respond } from "../answers/respond.ts";
import { jsonBody } from "../middleware/body.ts";
import { problems, problemsOfGet, refuseInvalid } from "../problem.ts";
import { tokenizationSchema } from "../schemas/answers.ts";
import { tokenize as examples } from "../schemas/examples.ts";
import { tokenizeBody, tokenizeQuery } from "../schemas/input.ts";
import { answered, cacheable } from "../schemas/responses.ts";

type Tokenization = z.infer<typeof tokenizationSchema>;

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

/** Tokenizing needs no pass of the encoder; the extent is what a prediction with the usual truncation would read. */
function tokenization({ text, model }: { text: string; model?: string | undefined }) {
  return {
    modelId: model,
    texts: [{ input: { text }, pointer: "" }],
    settle: (): Question<Tokenization> => ({
      options: { truncation: "truncate" },
      tag: "tokenize",
      wanted: "none",
      answer({ manifest: { id }, version }, { encoding, tokens, truncated }) {
        const { ids, normalized, pieces, offsets, rewrites, unknown } = encoding;
        const unknown_emoji = emojiLeft(normalized);
        const read = { tokens, truncated, model: { id, version } };
        return { normalized, pieces, ids: [...ids], offsets, rewrites, unknown, unknown_emoji, ...read };
      },
    }),
    cacheKey: () => ({ route: "tokenize", text }),
    tag: () => "tokenize",
    shape: ([only]: Tokenization[]) => only as Tokenization,
  };
}

/** Emoji that the normalization had no name for, each once. */
function emojiLeft(normalized: string): string[] {
  return [...new Set(normalized.match(/\p{Extended_Pictographic}/gu))];
}
