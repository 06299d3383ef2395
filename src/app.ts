import { OpenAPIHono } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import { timing } from "hono/timing";
import { huggingFace } from "./http/hugging-face/hugging-face.ts";
import { collectFacts } from "./http/middleware/facts.ts";
import { requireKey } from "./http/middleware/keys.ts";
import { allowOrigins } from "./http/middleware/origins.ts";
import { limitRate } from "./http/middleware/rate.ts";
import { countOpen, requireRoom } from "./http/middleware/room.ts";
import { answerError, problemResponse } from "./http/problem.ts";
import { analyze } from "./http/routes/analyze.ts";
import { embed } from "./http/routes/embed.ts";
import { health } from "./http/routes/health.ts";
import { models } from "./http/routes/models.ts";
import { openapi } from "./http/routes/openapi.ts";
import { predict } from "./http/routes/predict.ts";
import { stream } from "./http/routes/stream.ts";
import { tokenize } from "./http/routes/tokenize.ts";

/** Cloudflare keeps a 200 without Cache-Control for two hours, so whatever doesn't ask to be kept says that it must not. */
const noStoreUnlessSaid = createMiddleware(async (c, next) => {
  await next();
  if (!c.res.headers.has("Cache-Control")) c.res.headers.set("Cache-Control", "no-store");
});

const base = new OpenAPIHono<{ Bindings: Env }>();

base.use(countOpen, collectFacts, noStoreUnlessSaid, requestId(), timing(), secureHeaders({ overwrite: false }));
base.use(
  methodNotAllowed({
    app: base,
    onMethodNotAllowed: (c, allow) => problemResponse(c, { kind: "method-not-allowed", allow }),
  }),
);
for (const path of ["/v1/*", "/models/*"]) base.use(path, allowOrigins, requireKey, limitRate, requireRoom);
base.notFound((c) => problemResponse(c, { kind: "not-found" }));
base.onError(answerError);

/** All routes; those with a fixed path come before `/v1/{task}`. */
export const app = base
  .route("/", health)
  .route("/", openapi(base))
  .route("/", models)
  .route("/", tokenize)
  .route("/", analyze)
  .route("/", embed)
  .route("/", stream)
  .route("/", predict)
  .route("/", huggingFace);
