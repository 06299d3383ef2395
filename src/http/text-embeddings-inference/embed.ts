import type { z } from "@hono/zod-openapi";
import { type Truncation, truncationOf } from "../../tasks/read.ts";
import { textsAt } from "../answers/items.ts";
import type { Question, TextRequest } from "../answers/question.ts";
import { type TextVector, vectorQuestion } from "../answers/vector.ts";
import type { embedBody } from "../schemas/text-embeddings-inference.ts";

/** The request of `/embed`: a vector for each text, normalized by default. */
export function embedRequest(
  modelId: string,
  { inputs, truncate, normalize = true, dimensions }: z.infer<typeof embedBody>,
): TextRequest<TextVector, number[][]> {
  return {
    modelId,
    texts: textsAt("/inputs", inputs),
    settle(manifest) {
      return vectorQuestion(manifest, dimensions, {
        truncation: truncationOf([], truncationBy(truncate)),
        pooling: "mean",
        normalize,
      });
    },
    cacheKey: ([question]) => ({ route: "tei-embed", inputs, options: question?.options }),
    tag: ([question]) => (question as Question<TextVector>).tag,
    shape: (results) => results.map(({ vector }) => [...vector]),
  };
}

/** The truncation for a client's `truncate`; undefined if the client does not choose. */
export function truncationBy(truncate: boolean | null | undefined): Truncation | undefined {
  if (truncate === undefined || truncate === null) return undefined;
  return truncate ? "truncate" : "error";
}
