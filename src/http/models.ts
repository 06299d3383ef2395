import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { manifestSchema } from "../bundle/manifest.ts";
import { RequestFailure } from "../errors.ts";
import { currentBundle } from "../runtime/current-model.ts";
import { problems, refuseInvalid } from "./problem.ts";

const versionedManifest = manifestSchema.extend({ version: z.string() });

const listRoute = createRoute({
  method: "get",
  path: "/v1/models",
  responses: {
    200: {
      description: "The models that answer here",
      content: { "application/json": { schema: z.object({ models: z.array(versionedManifest) }) } },
    },
    ...problems,
  },
});

const oneRoute = createRoute({
  method: "get",
  path: "/v1/models/{id}",
  request: { params: z.object({ id: z.string() }) },
  responses: {
    200: { description: "The model's manifest", content: { "application/json": { schema: versionedManifest } } },
    ...problems,
  },
});

/** `GET /v1/models` and `GET /v1/models/{id}`: labels, metrics, licence and version, straight from the manifest. */
export const models = new OpenAPIHono<{ Bindings: Env }>({ defaultHook: refuseInvalid });

models.openapi(listRoute, async (c) => {
  const { manifest, version } = await currentBundle(c.env);
  return c.json({ models: [{ version, ...manifest }] }, 200);
});

models.openapi(oneRoute, async (c) => {
  const { manifest, version } = await currentBundle(c.env);
  if (c.req.valid("param").id !== manifest.id) throw new RequestFailure({ kind: "unknown-model" });
  return c.json({ version, ...manifest }, 200);
});
