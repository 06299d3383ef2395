import { OpenAPIHono } from "@hono/zod-openapi";
import type { Manifest } from "../../bundle/manifest.ts";
import { refuseInvalid } from "../problem.ts";
import { answerInputs } from "./answer-inputs.ts";
import { featureExtraction } from "./feature-extraction.ts";
import {
  openFillMask,
  openForInputs,
  openTask,
  openTextClassification,
  openTokenClassification,
} from "./open-pipeline.ts";
import {
  featureExtractionRoute,
  fillMaskRoute,
  modelRoute,
  taskRoute,
  textClassificationRoute,
  tokenClassificationRoute,
} from "./routes.ts";

/**
 * `POST /models/{id}` and `POST /models/{id}/pipeline/{task}`: what Hugging Face's clients ask, answered as their Inference
 * API does, but for `start` and `end`, which are UTF-16 code units as everywhere here. Defaults are those of
 * https://github.com/huggingface/huggingface-inference-toolkit.
 */
export const huggingFace = new OpenAPIHono<{ Bindings: Env }>({ defaultHook: refuseInvalid })
  .openapi(textClassificationRoute, (c) => {
    const { inputs, parameters = {}, options } = c.req.valid("json");
    const open = (manifest: Manifest) => openTextClassification(manifest, parameters);
    return answerInputs(c, c.req.valid("param").id, inputs, open, options?.use_cache);
  })
  .openapi(tokenClassificationRoute, (c) => {
    const { inputs, parameters = {}, options } = c.req.valid("json");
    const open = (manifest: Manifest) => openTokenClassification(manifest, parameters);
    return answerInputs(c, c.req.valid("param").id, inputs, open, options?.use_cache);
  })
  .openapi(fillMaskRoute, (c) => {
    const { inputs, parameters = {}, options } = c.req.valid("json");
    const open = (manifest: Manifest) => openFillMask(manifest, parameters);
    return answerInputs(c, c.req.valid("param").id, inputs, open, options?.use_cache);
  })
  .openapi(featureExtractionRoute, (c) => {
    const { inputs, options, ...parameters } = c.req.valid("json");
    const open = () => featureExtraction(parameters);
    return answerInputs(c, c.req.valid("param").id, inputs, open, options?.use_cache);
  })
  .openapi(taskRoute, (c) => {
    const { inputs, parameters = {}, options } = c.req.valid("json");
    const open = (manifest: Manifest) => openTask(manifest, c.req.valid("param").task, parameters);
    return answerInputs(c, c.req.valid("param").id, inputs, open, options?.use_cache);
  })
  .openapi(modelRoute, (c) => {
    const { inputs, parameters = {}, options } = c.req.valid("json");
    const open = (manifest: Manifest) => openForInputs(manifest, inputs, parameters);
    return answerInputs(c, c.req.valid("param").id, inputs, open, options?.use_cache);
  });
