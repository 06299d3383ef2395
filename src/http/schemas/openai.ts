import { z } from "@hono/zod-openapi";
import { MAX_NAME_UTF16_UNITS } from "../../limits.ts";
import { model } from "./input.ts";
import { textsWithoutIds } from "./texts-without-ids.ts";

/** Body and answer of `POST /v1/embeddings`, as OpenAI's API reference describes them. */

const TOKEN_IDS =
  "Send texts: token ids are numbers of another model's vocabulary. LangChain for Python sends texts with check_embedding_ctx_length=False.";

export const embeddingsBody = z
  .strictObject({
    input: textsWithoutIds(TOKEN_IDS),
    model: model.optional(),
    encoding_format: z
      .enum(["float", "base64"])
      .optional()
      .openapi({ description: "float (default): numbers. base64: float32, little-endian" }),
    dimensions: z.int().min(1).optional().openapi({
      description: "The model's own number of dimensions; any other is refused, since its vectors can't be shortened",
    }),
    user: z.string().max(MAX_NAME_UTF16_UNITS).optional().openapi({ description: "Neither read nor kept" }),
  })
  .openapi("OpenAIEmbeddings");

const embedding = z.object({
  object: z.literal("embedding"),
  index: z.int(),
  embedding: z
    .union([z.array(z.number()), z.base64()])
    .openapi({ description: "The mean of the last hidden states, made to be of length 1" }),
});

export const embeddingsAnswer = z
  .object({
    object: z.literal("list"),
    data: z.array(embedding),
    model: z.string(),
    usage: z.object({ prompt_tokens: z.int(), total_tokens: z.int() }),
  })
  .openapi("OpenAIEmbeddingList");

export const openAIErrorSchema = z
  .object({
    error: z.object({
      message: z.string(),
      type: z.enum(["invalid_request_error", "rate_limit_error", "server_error"]),
      param: z.string().nullable().openapi({ description: "Which member of the body is wrong" }),
      code: z.string().openapi({ description: "OpenAI's code where it has one, else the name of our problem" }),
    }),
  })
  .openapi("OpenAIError");
