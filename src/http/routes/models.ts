import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { manifestSchema } from "../../bundle/manifest.ts";
import { modelIds } from "../../runtime/settings.ts";
import { currentBundle } from "../../runtime/versions/index.ts";
import { hasJobs } from "../jobs.ts";
import { problemResponse, problemsOfGet, problemsWithoutText, refuseInvalid } from "../problem.ts";
import { name } from "../schemas/input.ts";

const versionedManifest = manifestSchema
  .extend({ version: z.string().openapi({ description: "SHA-256 of the manifest" }) })
  .openapi("Manifest");

/** The list once more, as OpenAI's clients read it. `created` is missing: no bundle has a date. */
const openAIList = {
  object: z.literal("list"),
  data: z.array(z.object({ id: z.string(), object: z.literal("model"), owned_by: z.string() })).openapi({
    description: "The same models for OpenAI's clients",
  }),
};

const listRoute = createRoute({
  method: "get",
  path: "/v1/models",
  operationId: "listModels",
  summary: "The models that answer here",
  tags: ["Models"],
  responses: {
    200: {
      description: "Their manifests",
      content: { "application/json": { schema: z.object({ models: z.array(versionedManifest), ...openAIList }) } },
    },
    ...problemsWithoutText,
  },
});

const oneRoute = createRoute({
  method: "get",
  path: "/v1/models/{id}",
  operationId: "getModel",
  summary: "One model",
  description: "Its tasks with their labels, its metrics, licence, training data and files.",
  tags: ["Models"],
  request: {
    params: z.object({ id: name.openapi({ param: { name: "id", in: "path" }, example: "bertweet-mini" }) }),
  },
  responses: {
    200: { description: "The model's manifest", content: { "application/json": { schema: versionedManifest } } },
    ...problemsWithoutText,
    404: problemsOfGet[404],
    413: problemsOfGet[413],
  },
});

/** `GET /v1/models` and `GET /v1/models/{id}`: labels, metrics, licence and version, straight from the manifest. */
export const models = new OpenAPIHono<{ Bindings: Env }>({ defaultHook: refuseInvalid })
  .openapi(listRoute, async (c) => {
    const bundles = await Promise.all(modelIds(c.env).map((id) => currentBundle(c.env, c.executionCtx, id)));
    const models = bundles.map(({ manifest, version }) => ({ version, ...manifest }));
    const data = models.map(({ id }) => ({ id, object: "model" as const, owned_by: "bertweet-edge" }));
    if (hasJobs(c.env)) c.header("Link", '</v1/jobs>; rel="related"');
    return c.json({ models, object: "list" as const, data }, 200);
  })
  .openapi(oneRoute, async (c) => {
    const { manifest, version } = await currentBundle(c.env, c.executionCtx, c.req.valid("param").id);
    return c.json({ version, ...manifest }, 200);
  });

/** Else `POST /v1/{task}` and `POST /v1/{task}/{scheme}` would take `models` for a task. */
models.all("/v1/models/:id?", (c) => problemResponse(c, { kind: "method-not-allowed", allow: ["GET", "HEAD"] }));
