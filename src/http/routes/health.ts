import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { engineOf } from "../../runtime/engines.ts";
import { heldModels, readiness } from "../../runtime/versions/index.ts";
import { keyWarnings } from "../middleware/keys.ts";
import { problemsWithoutText } from "../problem.ts";
import { readySchema, upSchema } from "../schemas/answers.ts";

const { 405: methodNotAllowed, 500: internal, 503: modelUnavailable } = problemsWithoutText;

const upRoute = createRoute({
  method: "get",
  path: "/healthz",
  operationId: "getHealth",
  summary: "Is the process up?",
  tags: ["Service"],
  security: [],
  responses: {
    200: { description: "It is", content: { "application/json": { schema: upSchema, example: { status: "up" } } } },
    405: methodNotAllowed,
  },
});

const readyRoute = createRoute({
  method: "get",
  path: "/readyz",
  operationId: "getReadiness",
  summary: "Is the model loaded?",
  description:
    "Loads it if need be, so a 200 means that the next text is answered at once. Names the version that answers, and the ones that the bucket names beside it.",
  tags: ["Service"],
  security: [],
  responses: {
    200: { description: "It is, and it has run", content: { "application/json": { schema: readySchema } } },
    405: methodNotAllowed,
    500: internal,
    503: modelUnavailable,
  },
});

/** `GET /healthz`: the process is up. `GET /readyz`: the model is loaded, by this request if need be, and has run. */
export const health = new OpenAPIHono<{ Bindings: Env }>()
  .openapi(upRoute, (c) => c.json({ status: "up" } as const, 200))
  .openapi(readyRoute, async (c) => {
    const { bundle, model, wanted, canary } = await readiness(c.env, c.executionCtx);
    const warnings = keyWarnings(c.env);
    return c.json(
      {
        status: "ready" as const,
        model: { id: bundle.manifest.id, version: bundle.version },
        engine: engineOf(c.env, bundle),
        wasm_memory_bytes: model.wasmMemoryBytes(),
        held: heldModels(),
        ...(wanted && { wanted }),
        ...(canary && { canary }),
        ...(warnings.length > 0 && { warnings }),
      },
      200,
    );
  });
