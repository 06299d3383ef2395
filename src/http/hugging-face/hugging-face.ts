import { OpenAPIHono } from "@hono/zod-openapi";
import type { Manifest } from "../../bundle/manifest.ts";
import { respond } from "../answers/respond.ts";
import { refuseInvalid } from "../problem.ts";
import { featureExtraction } from "./feature-extraction.ts";
import {
  openFillMask,
  openForInputs,
  openTask,
  openTextClassification,
  openTokenClassification,
} from "./open-pipeline.ts";
import { pipelineRequest } from "./pipeline.ts";
import {
  featureExtractionRoute,
  fillMaskRoute,
  modelRoute,
  sentenceSimilarityRoute,
  taskRoute,
  textClassificationRoute,
  tokenClassificationRoute,
} from "./routes.ts";
import { sentenceSimilarity } from "./sentence-similarity.ts";

/**
 * `POST /models/{id}` and `POST /models/{id}/pipeline/{task}`: Hugging Face's Inference API, for its clients. One difference: `start` and
 * `end` are UTF-16 code units, as on all routes. Defaults are those of
 * https://github.com/huggingface/huggingface-inference-toolkit.
 */
export const huggingFace = new OpenAPIHono<{ Bindings: Env }>({ defaultHook: refuseInvalid })
  .openapi(textClassificationRoute, (c) => {
    const { parameters = {}, ...body } = c.req.valid("json");
    const open = (manifest: Manifest) => openTextClassification(manifest, parameters);
    return respond(c, pipelineRequest(c.req.valid("param").id, body, open));
  })
  .openapi(tokenClassificationRoute, (c) => {
    const { parameters = {}, ...body } = c.req.valid("json");
    const open = (manifest: Manifest) => openTokenClassification(manifest, parameters);
    return respond(c, pipelineRequest(c.req.valid("param").id, body, open));
  })
  .openapi(fillMaskRoute, (c) => {
    const { parameters = {}, ...body } = c.req.valid("json");
    const open = (manifest: Manifest) => openFillMask(manifest, parameters);
    return respond(c, pipelineRequest(c.req.valid("param").id, body, open));
  })
  .openapi(featureExtractionRoute, (c) => {
    const { inputs, options, ...parameters } = c.req.valid("json");
    const open = (manifest: Manifest) => featureExtraction(manifest, parameters, typeof inputs !== "string");
    return respond(c, pipelineRequest(c.req.valid("param").id, { inputs, options }, open));
  })
  .openapi(sentenceSimilarityRoute, (c) =>
    respond(c, pipelineRequest(c.req.valid("param").id, c.req.valid("json"), sentenceSimilarity)),
  )
  .openapi(taskRoute, (c) => {
    const { parameters = {}, ...body } = c.req.valid("json");
    const open = (manifest: Manifest) => openTask(manifest, c.req.valid("param").task, parameters);
    return respond(c, pipelineRequest(c.req.valid("param").id, body, open));
  })
  .openapi(modelRoute, (c) => {
    const body = c.req.valid("json");
    const open = (manifest: Manifest) => openForInputs(manifest, body);
    return respond(c, pipelineRequest(c.req.valid("param").id, body, open));
  });
