import { RequestFailure } from "../errors.ts";
import type { Encoding } from "../tokenizer/index.ts";

/** What happens to a text with more tokens than the model reads: cut its end off, or refuse it. */
export type Truncation = "truncate" | "error";

/** The ids that go through the encoder, and what of the text they stand for. */
export interface ModelInput {
  ids: Int32Array;
  /** Tokens of the whole text and of what was read, <s> and </s> included. */
  tokens: { total: number; used: number };
  truncated: boolean;
}

/**
 * Cuts an encoding to the model's length, keeping </s> at the end.
 *
 * @throws RequestFailure `too-many-tokens` when it is too long and `truncation` is `error`
 */
export function fitToModel({ ids }: Pick<Encoding, "ids">, maxTokens: number, truncation: Truncation): ModelInput {
  const total = ids.length;
  if (total <= maxTokens) return { ids, tokens: { total, used: total }, truncated: false };
  if (truncation === "error") throw new RequestFailure({ kind: "too-many-tokens", tokens: total, limit: maxTokens });
  const cut = ids.slice(0, maxTokens);
  cut[maxTokens - 1] = ids[total - 1] as number;
  return { ids: cut, tokens: { total, used: maxTokens }, truncated: true };
}
