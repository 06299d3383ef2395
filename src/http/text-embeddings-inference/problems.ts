import type { z } from "zod";
import type { Failure } from "../../errors.ts";
import type { ProblemShape } from "../middleware/problem-shape.ts";
import type { textEmbeddingsErrorSchema } from "../schemas/text-embeddings-inference.ts";

type TextEmbeddingsError = z.infer<typeof textEmbeddingsErrorSchema>;

const TYPES: Partial<Record<Failure["kind"], TextEmbeddingsError["error_type"]>> = {
  "rate-limited": "Overloaded",
  overloaded: "Overloaded",
  "model-unavailable": "Unhealthy",
  misconfigured: "Backend",
  internal: "Backend",
  "too-many-tokens": "Tokenizer",
};

/** A problem in the shape of Text Embeddings Inference's errors, with this service's status. */
export const textEmbeddingsProblem: ProblemShape = ({ detail, errors }, { kind }) => {
  const place = errors?.[0]?.pointer;
  const error: TextEmbeddingsError = {
    error: place && !detail.includes(place) ? `${place}: ${detail}` : detail,
    error_type: TYPES[kind] ?? "Validation",
  };
  return { type: "application/json", body: error };
};
