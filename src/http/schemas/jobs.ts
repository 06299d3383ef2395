import { z } from "@hono/zod-openapi";
import { DEFAULT_JOBS_LISTED, MAX_JOBS_LISTED } from "../../job-limits.ts";
import { MAX_NAME_UTF16_UNITS } from "../../limits.ts";
import { analyzeOptions, model } from "./input.ts";
import { INPUT_FORMATS, r2Url } from "./job.ts";
import { job as example } from "./job-examples.ts";

export { type Job, type JobList, jobListSchema, jobSchema } from "./job.ts";

/** The name of a field of an input's rows, or of the output's lines. */
const field = z.string().min(1).max(MAX_NAME_UTF16_UNITS);

/** Body of `POST /v1/jobs`. */
export const jobOrder = z
  .strictObject({
    input: r2Url.openapi({ description: "The object to read, in the bucket for inputs: r2://BUCKET/KEY" }),
    output: r2Url.openapi({
      description: "Where the answers go, in the bucket for outputs: r2://BUCKET/ or r2://BUCKET/FOLDER/",
    }),
    format: z
      .enum(INPUT_FORMATS)
      .openapi({ description: "Of the input. Default: what its name ends in, `.gz` behind it where it is compressed" })
      .optional(),
    text_field: field
      .openapi({ description: "The field or column that holds the text. Default: `text`. Rows of `lines` have `text`" })
      .optional(),
    answer_field: field
      .openapi({ description: "The field of an output line that holds the answer. Default: `answer`" })
      .optional(),
    model: model.optional(),
    ...analyzeOptions,
  })
  .openapi("JobOrder");
export type JobOrder = z.infer<typeof jobOrder>;

/** The path's `{id}`. */
export const jobParam = z.object({
  id: z
    .string()
    .max(MAX_NAME_UTF16_UNITS)
    .openapi({ param: { name: "id", in: "path" }, description: "The job's id", example: example.id }),
});

/** Query of `GET /v1/jobs`. */
export const jobListQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^[1-9]\d?$/, "A whole number of at least 1.")
    .transform(Number)
    .refine((limit) => limit <= MAX_JOBS_LISTED, `At most ${MAX_JOBS_LISTED}.`)
    .optional()
    .openapi({
      type: "integer",
      minimum: 1,
      maximum: MAX_JOBS_LISTED,
      description: `Jobs of a page. Default: ${DEFAULT_JOBS_LISTED}`,
    }),
  after: z
    .string()
    .max(MAX_NAME_UTF16_UNITS)
    .optional()
    .openapi({ description: "`next` of the page before. Jobs come newest first" }),
});
export type JobListQuery = z.infer<typeof jobListQuery>;
