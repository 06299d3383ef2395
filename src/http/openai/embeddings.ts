import { createRoute, OpenAPIHono, type z } from "@hono/zod-openapi";
import { textsAt } from "../answers/items.ts";
import type { Question, TextRequest } from "../answers/question.ts";
import { respond } from "../answers/respond.ts";
import { type TextVector, vectorQuestion } from "../answers/vector.ts";
import { jsonBody } from "../middleware/body.ts";
import { problemResponse, problems, problemsIn, refuseInvalid } from "../problem.ts";
import { embeddingsAnswer, embeddingsBody, openAIErrorSchema } from "../schemas/openai.ts";
import { embeddings as examples } from "../schemas/openai-examples.ts";
import { answered } from "../schemas/responses.ts";

type Body = z.infer<typeof embeddingsBody>;
type Answer = z.infer<typeof embeddingsAnswer>;

const route = createRoute({
  method: "post",
  path: "/v1/embeddings",
  operationId: "openaiEmbeddings",
  summary: "The vectors of texts, as OpenAI's API answers",
  description:
    "For OpenAI's clients: their `baseURL` is this service's `/v1`. A long text is read whole, in windows. Errors have OpenAI's shape.",
  tags: ["OpenAI"],
  middleware: jsonBody,
  request: {
    body: { required: true, content: { "application/json": { schema: embeddingsBody, examples: examples.body } } },
  },
  responses: {
    ...answered("A vector for each text, in their order", embeddingsAnswer, examples.answer),
    ...problemsIn(problems, openAIErrorSchema),
  },
});

/** `POST /v1/embeddings`, in the shape of https://platform.openai.com/docs/api-reference/embeddings/create. */
export const openAI = new OpenAPIHono<{ Bindings: Env }>({ defaultHook: refuseInvalid }).openapi(route, (c) =>
  respond(c, embeddingsRequest(c.req.valid("json"))),
);

/** Otherwise `GET /v1/{task}` would treat `embeddings` as a task. */
openAI.all("/v1/embeddings", (c) => problemResponse(c, { kind: "method-not-allowed", allow: ["POST"] }));

/** Each text is read whole, because OpenAI's answer can't say that a text was truncated. Vectors have length 1, as at OpenAI. */
function embeddingsRequest({
  input,
  model,
  encoding_format = "float",
  dimensions,
}: Body): TextRequest<TextVector, Answer> {
  return {
    modelId: model,
    texts: textsAt("/input", input),
    settle(manifest) {
      return vectorQuestion(manifest, dimensions, { truncation: "window", pooling: "mean", normalize: true });
    },
    cacheKey: ([question]) => ({ route: "openai-embeddings", input, encoding_format, options: question?.options }),
    tag: ([question]) => (question as Question<TextVector>).tag,
    shape(results) {
      const tokens = results.reduce((sum, { tokensUsed }) => sum + tokensUsed, 0);
      return {
        object: "list",
        data: results.map(({ vector }, index) => ({
          object: "embedding",
          index,
          embedding: encoding_format === "base64" ? base64(vector) : [...vector],
        })),
        model: (results[0] as TextVector).modelId,
        usage: { prompt_tokens: tokens, total_tokens: tokens },
      };
    },
  };
}

/** The bytes of float32 values. V8 runs only on little-endian machines. */
function base64({ buffer, byteOffset, byteLength }: Float32Array): string {
  return btoa(String.fromCharCode(...new Uint8Array(buffer, byteOffset, byteLength)));
}
