import { z } from "@hono/zod-openapi";
import { MAX_JOBS_LISTED, MAX_R2_URL_UTF16_UNITS } from "../../job-limits.ts";

/** How an input is cut into rows. A name that ends in `.gz` says that it is compressed, in each of them but `parquet`. */
export const INPUT_FORMATS = ["ndjson", "csv", "tsv", "lines", "parquet"] as const;

/** `r2://BUCKET/KEY`. The key may hold slashes, but no control characters. */
const R2_URL = /^r2:\/\/[a-z0-9][a-z0-9-]{1,61}[a-z0-9]\/[ -~\u00a0-\uffff]*$/;

/** `r2://BUCKET/KEY` */
export const r2Url = z.string().max(MAX_R2_URL_UTF16_UNITS).regex(R2_URL, "Not of the form r2://BUCKET/KEY.");

const JOB_STATES = ["indexing", "running", "finished", "finished-with-errors", "cancelled", "failed"] as const;

const count = z.int().nonnegative();

const summary = {
  id: z.string().openapi({ description: "A hash of all that the output depends on" }),
  state: z.enum(JOB_STATES).openapi({
    description:
      "`finished-with-errors`: chunks are missing that no attempt could answer. `failed`: `reason` keeps the job from going on. `retry` runs what is missing of every job that ended so, or was cancelled",
  }),
  reason: z.string().optional().openapi({ description: "Why the job has failed" }),
  submitted_at: z.string().openapi({ description: "ISO 8601, in UTC" }),
  input: r2Url,
  output: r2Url.openapi({ description: "The folder of this job alone: `chunks/`, and `manifest.json` at the end" }),
};

/** A job in the list of all. */
const jobSummarySchema = z.object(summary).openapi("JobSummary");

export const jobSchema = z
  .object({
    ...summary,
    format: z.enum(INPUT_FORMATS),
    tasks: z.array(z.string()),
    text_field: z.string(),
    answer_field: z.string(),
    truncation: z.string(),
    offsets: z.string(),
    model: z.object({
      id: z.string(),
      version: z.string().openapi({ description: "SHA-256 of the model's manifest: that of every answer of the job" }),
      engine: z.enum(["ort", "simd"]),
    }),
    run: count.openapi({ description: "1, and one more for each `retry`" }),
    chunks: z.object({
      total: count.optional().openapi({ description: "Absent until the input is indexed" }),
      done: count,
      dead: count.openapi({ description: "Those that this run has given up" }),
    }),
    lines: z.object({ answered: count, failed: count }).openapi({ description: "Lines of the chunks that are done" }),
    work: z.object({ tokens: count, windows: count }).openapi({
      description:
        "What the encoder has read for the chunks that are done. Work that an interruption undid is not in it",
    }),
    bytes: z.object({ input: count, output: count }),
  })
  .openapi("Job");
export type Job = z.infer<typeof jobSchema>;

export const jobListSchema = z
  .object({
    jobs: z.array(jobSummarySchema).max(MAX_JOBS_LISTED),
    next: z.string().optional().openapi({ description: "`after` of the next page, where there is one" }),
  })
  .openapi("Jobs");
export type JobList = z.infer<typeof jobListSchema>;
