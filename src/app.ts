import { OpenAPIHono } from "@hono/zod-openapi";
import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import { timing } from "hono/timing";
import { huggingFace } from "./http/hugging-face/hugging-face.ts";
import { collectFacts } from "./http/middleware/facts.ts";
import { finishResponse } from "./http/middleware/finish-response.ts";
import { repeatDetailAsError } from "./http/middleware/hugging-face-problems.ts";
import { requireKey } from "./http/middleware/keys.ts";
import { allowOrigins } from "./http/middleware/origins.ts";
import { limitRate } from "./http/middleware/rate.ts";
import { countOpen, requireRoom } from "./http/middleware/room.ts";
import { answerError, problemResponse } from "./http/problem.ts";
import { analyze } from "./http/routes/analyze.ts";
import { embed } from "./http/routes/embed.ts";
import { health } from "./http/routes/health.ts";
import { metrics } from "./http/routes/metrics.ts";
import { models } from "./http/routes/models.ts";
import { openapi } from "./http/routes/openapi.ts";
import { predict } from "./http/routes/predict.ts";
import { problemPages } from "./http/routes/problems.ts";
import { stream } from "./http/routes/stream.ts";
import { tokenize } from "./http/routes/tokenize.ts";

const base = new OpenAPIHono<{ Bindings: Env }>();

base.use(countOpen, collectFacts, finishResponse, requestId(), timing(), secureHeaders({ overwrite: false }));
base.use(
  methodNotAllowed({
    app: base,
    onMethodNotAllowed: (c, allow) => problemResponse(c, { kind: "method-not-allowed", allow }),
  }),
);
base.use("/models/*", repeatDetailAsError);
for (const path of ["/v1/*", "/models/*"]) base.use(path, allowOrigins, requireKey, limitRate, requireRoom);
base.notFound((c) => problemResponse(c, { kind: "not-found" }));
base.onError(answerError);

/** All routes; those with a fixed path come before `/v1/{task}`. */
export const app = base
  .route("/", health)
  .route("/", metrics)
  .route("/", openapi(base))
  .route("/", problemPages)
  .route("/", models)
  .route("/", tokenize)
  .route("/", analyze)
  .route("/", embed)
  .route("/", stream)
  .route("/", predict)
  .route("/", huggingFace);
