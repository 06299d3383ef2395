import { OpenAPIHono } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import { timing } from "hono/timing";
import { health } from "./http/health.ts";
import { models } from "./http/models.ts";
import { predict } from "./http/predict.ts";
import { answerError, problemResponse } from "./http/problem.ts";
import { tokenize } from "./http/tokenize.ts";

/** Cloudflare keeps a 200 without Cache-Control for two hours, so whatever doesn't ask to be kept says that it must not. */
const noStoreUnlessSaid = createMiddleware(async (c, next) => {
  await next();
  if (!c.res.headers.has("Cache-Control")) c.res.headers.set("Cache-Control", "no-store");
});

/** All routes; those with a fixed path come before `/v1/{task}`. */
export const app = new OpenAPIHono<{ Bindings: Env }>();

app.use(noStoreUnlessSaid, requestId(), timing(), secureHeaders());
app.use(
  methodNotAllowed({
    app,
    onMethodNotAllowed: (c, allow) => problemResponse(c, { kind: "method-not-allowed", allow }),
  }),
);
app.notFound((c) => problemResponse(c, { kind: "not-found" }));
app.onError(answerError);

app.route("/", health);
app.route("/", models);
app.route("/", tokenize);
app.route("/", predict);
