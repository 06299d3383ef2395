import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { askJobs } from "../jobs.ts";
import { jsonBody } from "../middleware/body.ts";
import { problemResponse, problems, problemsOfGet, refuseInvalid } from "../problem.ts";
import { job as example, order } from "../schemas/job-examples.ts";
import { jobListQuery, jobListSchema, jobOrder, jobParam, jobSchema } from "../schemas/jobs.ts";

const tags = ["Jobs"];
const noJobs = { 403: { ...problemsOfGet[404], description: "Jobs are refused while the service asks for no keys" } };
const job = (description: string) => ({
  description,
  content: { "application/json": { schema: jobSchema, examples: { job: { value: example } } } },
});
const one = { ...problemsOfGet, ...noJobs, 404: { ...problemsOfGet[404], description: "There is no such job" } };

const submitRoute = createRoute({
  method: "post",
  path: "/v1/jobs",
  operationId: "submitJob",
  summary: "Answer all rows of an object in R2",
  description:
    "Every row of the input gets one line of output, in order: its fields, and under `answer_field` what `/v1/analyze` answers to its text, or what is wrong with it. The current version of the model answers all of them. The same order for the same input and model is the same job.",
  tags,
  middleware: jsonBody,
  request: {
    body: {
      required: true,
      content: { "application/json": { schema: jobOrder, examples: { job: { value: order } } } },
    },
  },
  responses: {
    200: job("The job was there already"),
    202: job("The job has begun"),
    ...problems,
    ...noJobs,
  },
});

const listRoute = createRoute({
  method: "get",
  path: "/v1/jobs",
  operationId: "listJobs",
  summary: "All jobs, newest first",
  tags,
  request: { query: jobListQuery },
  responses: {
    200: { description: "A page of them", content: { "application/json": { schema: jobListSchema } } },
    ...problemsOfGet,
    ...noJobs,
  },
});

const getRoute = createRoute({
  method: "get",
  path: "/v1/jobs/{id}",
  operationId: "getJob",
  summary: "A job and how far it is",
  tags,
  request: { params: jobParam },
  responses: { 200: job("The job as it is now"), ...one },
});

const cancelRoute = createRoute({
  method: "delete",
  path: "/v1/jobs/{id}",
  operationId: "cancelJob",
  summary: "Stop a job",
  description: "What is answered stays. A job that has ended stays as it is.",
  tags,
  request: { params: jobParam },
  responses: { 200: job("The job as it is now"), ...one },
});

const retryRoute = createRoute({
  method: "post",
  path: "/v1/jobs/{id}/retry",
  operationId: "retryJob",
  summary: "Run what is missing of a job",
  description:
    "For a job that was cancelled, has failed, or has finished with errors, and for one that seems to stand still: a run that has not ended is stopped, and what it has answered stays. A job that has finished stays as it is.",
  tags,
  request: { params: jobParam },
  responses: { 200: job("The job as it is now"), ...one },
});

/** `POST` and `GET /v1/jobs`, `GET` and `DELETE /v1/jobs/{id}`, `POST /v1/jobs/{id}/retry`: the Worker of the jobs answers them. */
export const jobs = new OpenAPIHono<{ Bindings: Env }>({ defaultHook: refuseInvalid })
  .openapi(submitRoute, async (c) => {
    const given = c.req.valid("json");
    const { job, created } = await askJobs(c, (jobs) => jobs.submit(given));
    return created ? c.json(job, 202, { Location: `/v1/jobs/${job.id}` }) : c.json(job, 200);
  })
  .openapi(listRoute, async (c) => {
    const query = c.req.valid("query");
    return c.json(await askJobs(c, (jobs) => jobs.list(query)), 200);
  })
  .openapi(getRoute, async (c) => c.json(await askJobs(c, (jobs) => jobs.get(c.req.valid("param").id)), 200))
  .openapi(cancelRoute, async (c) => c.json(await askJobs(c, (jobs) => jobs.cancel(c.req.valid("param").id)), 200))
  .openapi(retryRoute, async (c) => c.json(await askJobs(c, (jobs) => jobs.retry(c.req.valid("param").id)), 200));

/** Else `/v1/{task}` and `/v1/{task}/{scheme}` would take `jobs` for a task. */
for (const [path, allow] of [
  ["/v1/jobs", ["GET", "HEAD", "POST"]],
  ["/v1/jobs/:id", ["DELETE", "GET", "HEAD"]],
  ["/v1/jobs/:id/retry", ["POST"]],
] as const)
  jobs.all(path, (c) => problemResponse(c, { kind: "method-not-allowed", allow: [...allow] }));
