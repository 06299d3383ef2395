import type { Manifest } from "../bundle/manifest.ts";
import {
  JOB_CALL_LIMIT_MS,
  JOB_CALL_MULTIPLICATIONS,
  JOB_PART_BYTES,
  JOB_PART_MULTIPLICATIONS,
  JOB_ROW_TOKENS,
} from "../job-limits.ts";
import { MASK_COST_TOKENS } from "../limits.ts";
import type { AnsweredRow } from "./row.ts";

/** How much a call of the consumer may compute, and when it puts down what it has. */
export interface CallLimits {
  /** Multiplications of the encoder. */
  call: number;
  part: number;
  /** Bytes of a part. */
  partBytes: number;
  /** Milliseconds from the begin of the call. */
  callMs: number;
}

export const CALL_LIMITS: CallLimits = {
  call: JOB_CALL_MULTIPLICATIONS,
  part: JOB_PART_MULTIPLICATIONS,
  partBytes: JOB_PART_BYTES,
  callMs: JOB_CALL_LIMIT_MS,
};

/**
 * What a row has cost, in multiplications of the encoder. The work is counted because the clock stands still in production while code
 * computes.
 */
export function priceOf({ tokens, predictions }: AnsweredRow, { architecture }: Manifest): number {
  const { layers, hidden_size, ffn_size } = architecture;
  const perToken = layers * hidden_size * (4 * hidden_size + 2 * ffn_size);
  return perToken * (tokens + predictions * MASK_COST_TOKENS + JOB_ROW_TOKENS);
}
