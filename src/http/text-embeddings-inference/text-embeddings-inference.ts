import { OpenAPIHono } from "@hono/zod-openapi";
import { currentBundle, currentModel } from "../../runtime/versions/index.ts";
import { requireStates } from "../../tasks/embed.ts";
import { respond } from "../answers/respond.ts";
import { problemResponse, refuseInvalid } from "../problem.ts";
import { embedRequest } from "./embed.ts";
import { taskInfo, vectorsInfo } from "./info.ts";
import { classificationOf, predictRequest } from "./predict.ts";
import {
  embedHealthRoute,
  embedInfoRoute,
  embedRootRoute,
  embedRoute,
  predictHealthRoute,
  predictInfoRoute,
  predictRootRoute,
  predictRoute,
} from "./routes.ts";

/**
 * `/tei/{id}` and `/tei/{id}/{task}`: two base URLs for clients of Text Embeddings Inference, which serves one model with one head. The
 * first gives vectors, the second the labels of one classification. Shapes and defaults are those of
 * https://github.com/huggingface/text-embeddings-inference/blob/main/docs/openapi.json.
 */
export const textEmbeddingsInference = new OpenAPIHono<{ Bindings: Env }>({ defaultHook: refuseInvalid })
  .openapi(embedRoute, (c) => respond(c, embedRequest(c.req.valid("param").id, c.req.valid("json"))))
  .openapi(embedRootRoute, (c) => respond(c, embedRequest(c.req.valid("param").id, c.req.valid("json"))))
  .openapi(embedInfoRoute, async (c) => {
    const bundle = await currentBundle(c.env, c.executionCtx, c.req.valid("param").id);
    return c.json(vectorsInfo(bundle), 200);
  })
  .openapi(embedHealthRoute, async (c) => {
    const bundle = await currentBundle(c.env, c.executionCtx, c.req.valid("param").id);
    requireStates(bundle.manifest);
    await currentModel(c.env, bundle, c.executionCtx);
    return c.text("", 200);
  })
  .openapi(predictRoute, (c) => {
    const { id, task } = c.req.valid("param");
    return respond(c, predictRequest(id, task, c.req.valid("json")));
  })
  .openapi(predictInfoRoute, async (c) => {
    const { id, task } = c.req.valid("param");
    return c.json(taskInfo(await currentBundle(c.env, c.executionCtx, id), task), 200);
  })
  .openapi(predictHealthRoute, async (c) => {
    const { id, task } = c.req.valid("param");
    const bundle = await currentBundle(c.env, c.executionCtx, id);
    classificationOf(bundle.manifest, task);
    await currentModel(c.env, bundle, c.executionCtx);
    return c.text("", 200);
  });

/** Otherwise `POST /tei/{id}/{task}` would treat them as tasks. */
for (const name of ["info", "health"])
  textEmbeddingsInference.all(`/tei/:id/${name}`, (c) =>
    problemResponse(c, { kind: "method-not-allowed", allow: ["GET", "HEAD"] }),
  );

textEmbeddingsInference.openapi(predictRootRoute, (c) => {
  const { id, task } = c.req.valid("param");
  return respond(c, predictRequest(id, task, c.req.valid("json")));
});
