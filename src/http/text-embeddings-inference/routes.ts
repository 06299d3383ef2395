import { createRoute, z } from "@hono/zod-openapi";
import { problems, problemsIn, problemsOfGet } from "../problem.ts";
import { protocolRoutes } from "../protocol-routes.ts";
import { modelParam, name } from "../schemas/input.ts";
import type { Examples } from "../schemas/responses.ts";
import * as schemas from "../schemas/text-embeddings-inference.ts";
import * as examples from "../schemas/text-embeddings-inference-examples.ts";

const task = modelParam.extend({
  task: name.openapi({
    param: { name: "task", in: "path" },
    description: "One of the model's classifications",
    example: examples.predict.task,
  }),
});

const TAG = "Text Embeddings Inference";
const tags = [TAG];

const question = protocolRoutes(
  TAG,
  "As Text Embeddings Inference answers",
  problemsIn(problems, schemas.textEmbeddingsErrorSchema),
);

const problemsOfInfo = problemsIn(problemsOfGet, schemas.textEmbeddingsErrorSchema);

function info<Path extends string, Params extends z.ZodObject>(
  path: Path,
  operationId: string,
  summary: string,
  params: Params,
  { answer }: { answer: Examples },
) {
  const content = { "application/json": { schema: schemas.infoAnswer, examples: answer } };
  return createRoute({
    method: "get",
    path,
    operationId,
    summary,
    tags,
    request: { params },
    responses: { 200: { description: "What it is and how much it takes", content }, ...problemsOfInfo },
  });
}

function health<Path extends string, Params extends z.ZodObject>(path: Path, operationId: string, params: Params) {
  return createRoute({
    method: "get",
    path,
    operationId,
    summary: "Can it answer?",
    description: "Loads the model if need be. Asks for a key where the service does; `/readyz` asks for none.",
    tags,
    request: { params },
    responses: {
      200: { description: "It can", content: { "text/plain": { schema: z.string() } } },
      ...problemsOfInfo,
    },
  });
}

const VECTORS = [modelParam, schemas.embedBody, schemas.embedAnswer, examples.embed] as const;
const LABELS = [task, schemas.predictBody, schemas.predictAnswer, examples.predict] as const;

export const embedRoute = question("/tei/{id}/embed", "teiEmbed", "The vectors of texts", ...VECTORS);
export const embedRootRoute = question("/tei/{id}", "teiEmbedRoot", "The same as /tei/{id}/embed", ...VECTORS);
export const embedInfoRoute = info(
  "/tei/{id}/info",
  "teiEmbedInfo",
  "What makes the vectors",
  modelParam,
  examples.embedInfo,
);
export const embedHealthRoute = health("/tei/{id}/health", "teiEmbedHealth", modelParam);

export const predictRoute = question(
  "/tei/{id}/{task}/predict",
  "teiPredict",
  "A text's labels by one task",
  ...LABELS,
);
export const predictRootRoute = question(
  "/tei/{id}/{task}",
  "teiPredictRoot",
  "The same as /tei/{id}/{task}/predict",
  ...LABELS,
);
export const predictInfoRoute = info(
  "/tei/{id}/{task}/info",
  "teiPredictInfo",
  "What gives the labels",
  task,
  examples.predictInfo,
);
export const predictHealthRoute = health("/tei/{id}/{task}/health", "teiPredictHealth", task);
