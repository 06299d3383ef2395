import { Hono } from "hono";
import { currentBundle, currentModel } from "../runtime/current-model.ts";

/** `GET /healthz`: the process is up. `GET /readyz`: the model is loaded, by this request if need be, and has run. */
export const health = new Hono<{ Bindings: Env }>()
  .get("/healthz", (c) => c.json({ status: "up" }))
  .get("/readyz", async (c) => {
    const bundle = await currentBundle(c.env);
    const model = await currentModel(c.env, bundle, c.executionCtx);
    return c.json({
      status: "ready",
      model: { id: bundle.manifest.id, version: bundle.version },
      wasm_memory_bytes: model.wasmMemoryBytes(),
    });
  });
