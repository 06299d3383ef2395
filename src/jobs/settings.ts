import { RequestFailure } from "../errors.ts";
import { MAX_JOB_RETENTION_DAYS } from "../job-limits.ts";
import type { JobsEnv } from "./env.ts";

const SECONDS_A_DAY = 86_400;

/** How long the answers of a job are kept, by `JOB_RETENTION_DAYS`; undefined: for ever. @throws RequestFailure `misconfigured` */
export function retentionSeconds({ JOB_RETENTION_DAYS }: Pick<JobsEnv, "JOB_RETENTION_DAYS">): number | undefined {
  if (JOB_RETENTION_DAYS === "") return undefined;
  const days = /^\d+(\.\d+)?$/.test(JOB_RETENTION_DAYS) ? Number(JOB_RETENTION_DAYS) : Number.NaN;
  if (days > 0 && days <= MAX_JOB_RETENTION_DAYS) return Math.ceil(days * SECONDS_A_DAY);
  const reason = `The variable JOB_RETENTION_DAYS must be a number of days up to ${MAX_JOB_RETENTION_DAYS}, or empty.`;
  throw new RequestFailure({ kind: "misconfigured", reason });
}
