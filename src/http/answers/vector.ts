import type { Manifest } from "../../bundle/manifest.ts";
import { RequestFailure } from "../../errors.ts";
import { embed, type Pooling, requireStates } from "../../tasks/embed.ts";
import type { Truncation } from "../../tasks/read.ts";
import type { Question } from "./question.ts";

/** The vector of a text, float32 [hidden], with its model and the number of tokens read. */
export interface TextVector {
  vector: Float32Array;
  modelId: string;
  tokensUsed: number;
}

interface VectorOptions {
  truncation: Truncation;
  pooling: Pooling;
  normalize: boolean;
}

/**
 * The question for a text's vector, for routes of other protocols. The vector equals that of `/v1/embed`.
 *
 * @param dimensions the client's choice, if it has one
 * @throws RequestFailure `unknown-task` for a model without hidden states, `invalid-request` for dimensions other than the model's
 */
export function vectorQuestion(
  manifest: Manifest,
  dimensions: number | null | undefined,
  options: VectorOptions,
): Question<TextVector> {
  requireStates(manifest);
  requireDimensions(manifest, dimensions);
  return {
    options,
    tag: "embed",
    wanted: options.pooling === "cls" ? "text" : "all",
    answer: (model, reading) => ({
      vector: embed(reading, options.pooling, options.normalize),
      modelId: model.manifest.id,
      tokensUsed: reading.tokens.used,
    }),
  };
}

function requireDimensions({ architecture }: Manifest, dimensions: number | null | undefined): void {
  const { hidden_size } = architecture;
  if (dimensions === undefined || dimensions === null || dimensions === hidden_size) return;
  const detail = `The model's vectors have ${hidden_size} dimensions, and can't be shortened.`;
  throw new RequestFailure({ kind: "invalid-request", errors: [{ pointer: "/dimensions", detail }] });
}
