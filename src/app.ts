import { OpenAPIHono } from "@hono/zod-openapi";
import { methodNotAllowed } from "hono/method-not-allowed";
import { secureHeaders } from "hono/secure-headers";
import { timing } from "hono/timing";
import { respondToKnown } from "./http/answers/respond.ts";
import { huggingFace } from "./http/hugging-face/hugging-face.ts";
import { huggingFaceProblem } from "./http/hugging-face/problems.ts";
import { collectFacts } from "./http/middleware/facts.ts";
import { finishResponse } from "./http/middleware/finish-response.ts";
import { requireKey } from "./http/middleware/keys.ts";
import { allowOrigins } from "./http/middleware/origins.ts";
import { problemsAs } from "./http/middleware/problem-shape.ts";
import { limitRate } from "./http/middleware/rate.ts";
import { countOpen, requireRoom } from "./http/middleware/room.ts";
import { openAI } from "./http/openai/embeddings.ts";
import { openAIProblem } from "./http/openai/problems.ts";
import { answerError, problemResponse } from "./http/problem.ts";
import { createRouter } from "./http/router.ts";
import { analyze } from "./http/routes/analyze.ts";
import { embed } from "./http/routes/embed.ts";
import { explain } from "./http/routes/explain.ts";
import { health } from "./http/routes/health.ts";
import { jobs } from "./http/routes/jobs.ts";
import { metrics } from "./http/routes/metrics.ts";
import { models } from "./http/routes/models.ts";
import { openapi } from "./http/routes/openapi.ts";
import { predict } from "./http/routes/predict.ts";
import { problemPages } from "./http/routes/problems.ts";
import { stream } from "./http/routes/stream.ts";
import { tokenize } from "./http/routes/tokenize.ts";
import { textEmbeddingsProblem } from "./http/text-embeddings-inference/problems.ts";
import { textEmbeddingsInference } from "./http/text-embeddings-inference/text-embeddings-inference.ts";

const base = new OpenAPIHono<{ Bindings: Env }>({ router: createRouter() });

base.use(countOpen, collectFacts, finishResponse, timing(), secureHeaders({ overwrite: false }));
base.use(
  methodNotAllowed({
    app: base,
    onMethodNotAllowed: (c, allow) => problemResponse(c, { kind: "method-not-allowed", allow }),
  }),
);
base.use("/models/*", problemsAs(huggingFaceProblem));
base.use("/v1/embeddings", problemsAs(openAIProblem));
base.use("/tei/*", problemsAs(textEmbeddingsProblem));
for (const path of ["/v1/*", "/models/*", "/tei/*"]) base.use(path, allowOrigins, requireKey, limitRate, requireRoom);
base.use("/v1/*", respondToKnown);
base.notFound((c) => problemResponse(c, { kind: "not-found" }));
base.onError(answerError);

/** All routes; those with a fixed path come before `/v1/{task}`. */
export const app = base
  .route("/", health)
  .route("/", metrics)
  .route("/", openapi(base))
  .route("/", problemPages)
  .route("/", models)
  .route("/", jobs)
  .route("/", tokenize)
  .route("/", analyze)
  .route("/", embed)
  .route("/", openAI)
  .route("/", stream)
  .route("/", explain)
  .route("/", predict)
  .route("/", huggingFace)
  .route("/", textEmbeddingsInference);
