import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { analysis } from "../answers/analysis.ts";
import { embedding } from "../answers/embedding.ts";
import { prediction } from "../answers/prediction.ts";
import { respondByLines } from "../answers/stream.ts";
import { linesBody, NDJSON, PLAIN } from "../middleware/body.ts";
import { problemResponse, problems, refuseInvalid } from "../problem.ts";
import { analysisSchema, embeddingSchema, lineOf, predictionSchema, problemLineSchema } from "../schemas/answers.ts";
import { analyzeStream, embedStream, stream as predictStream, tagStream } from "../schemas/examples.ts";
import {
  analyzeLine,
  analyzeStreamQuery,
  embedLine,
  embedStreamQuery,
  predictLine,
  predictStreamQuery,
  schemeParam,
  tagLine,
  tagStreamQuery,
  taskParam,
  text,
} from "../schemas/input.ts";

const DESCRIPTION =
  "Lines in, newline-delimited JSON out: the schemas are those of a line. Lines are answered in order, and read as fast as their answers are. A line of JSON may have an `id`, and options of its own; a line of `text/plain` is a text. Options of the query hold for lines that have none of their own.";

type Examples = Record<string, { value: unknown }>;

const body = (line: z.ZodType, examples: { line: Examples; plain: Examples }) => ({
  required: true,
  content: {
    [NDJSON]: { schema: line, examples: examples.line },
    [PLAIN]: { schema: text, examples: examples.plain },
  },
});

const responses = <T extends z.ZodType>(answer: T, examples: Examples) => ({
  200: {
    description:
      "A line for each line that is not blank, in order: its number with its answer, or with what is wrong with it",
    content: { [NDJSON]: { schema: z.union([lineOf(answer), problemLineSchema]), examples } },
  },
  ...problems,
});

const predictRoute = createRoute({
  method: "post",
  path: "/v1/{task}/stream",
  operationId: "predictStream",
  summary: "One task, any number of texts",
  description: DESCRIPTION,
  tags: ["Predictions"],
  middleware: linesBody,
  request: {
    params: taskParam(predictStream.task),
    query: predictStreamQuery,
    body: body(predictLine, predictStream),
  },
  responses: responses(predictionSchema, predictStream.answer),
});

const tagRoute = createRoute({
  method: "post",
  path: "/v1/{task}/{scheme}/stream",
  operationId: "predictSchemeStream",
  summary: "One task by one of its tag sets, any number of texts",
  description: DESCRIPTION,
  tags: ["Predictions"],
  middleware: linesBody,
  request: { params: schemeParam(tagStream), query: tagStreamQuery, body: body(tagLine, tagStream) },
  responses: responses(predictionSchema, tagStream.answer),
});

const analyzeRoute = createRoute({
  method: "post",
  path: "/v1/analyze/stream",
  operationId: "analyzeStream",
  summary: "Several tasks, any number of texts",
  description: DESCRIPTION,
  tags: ["Predictions"],
  middleware: linesBody,
  request: { query: analyzeStreamQuery, body: body(analyzeLine, analyzeStream) },
  responses: responses(analysisSchema, analyzeStream.answer),
});

const embedRoute = createRoute({
  method: "post",
  path: "/v1/embed/stream",
  operationId: "embedStream",
  summary: "The vectors of any number of texts",
  description: DESCRIPTION,
  tags: ["Vectors and tokens"],
  middleware: linesBody,
  request: { query: embedStreamQuery, body: body(embedLine, embedStream) },
  responses: responses(embeddingSchema, embedStream.answer),
});

/** `POST /v1/analyze/stream`, `/v1/embed/stream`, `/v1/{task}/stream` and `/v1/{task}/{scheme}/stream`. Their answers have no typed form. */
export const stream = new OpenAPIHono<{ Bindings: Env }>({ defaultHook: refuseInvalid })
  .openapi(analyzeRoute, (c) => {
    const { model: modelId, ...options } = c.req.valid("query");
    return respondByLines(c, { route: analysis, modelId, line: analyzeLine, options }) as never;
  })
  .openapi(embedRoute, (c) => {
    const { model: modelId, ...options } = c.req.valid("query");
    return respondByLines(c, { route: embedding, modelId, line: embedLine, options }) as never;
  })
  .openapi(predictRoute, (c) => {
    const { task } = c.req.valid("param");
    const { model: modelId, ...options } = c.req.valid("query");
    return respondByLines(c, { route: prediction(task), modelId, line: predictLine, options }) as never;
  })
  .openapi(tagRoute, (c) => {
    const { task, scheme } = c.req.valid("param");
    const { model: modelId, ...options } = c.req.valid("query");
    return respondByLines(c, { route: prediction(task, scheme), modelId, line: tagLine, options }) as never;
  });

/** Else `GET /v1/{task}/{scheme}` would take `stream` for a tag set. */
stream.all("/v1/:task/stream", (c) => problemResponse(c, { kind: "method-not-allowed", allow: ["POST"] }));
