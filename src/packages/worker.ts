import { Hono } from "hono";
import { app } from "../app.ts";
import { BertweetEdge as Service } from "../rpc.ts";
import { DEFAULTS } from "./defaults.ts";

export { ProblemError, problemOf } from "./problem-error.ts";
export type * from "./published.ts";

/** The bindings of a Worker that serves models. Each variable is a string and has a default; the README explains them. */
export interface BertweetEnv extends Partial<typeof DEFAULTS> {
  /** The bucket to which `npm run upload` has uploaded the models. */
  MODELS: R2Bucket;
  /** SHA-256 of each key, separated by commas. A secret, required if `AUTH` is "on". */
  API_KEY_HASHES?: string;
  /** Required if `RATE_LIMIT` is "on". */
  RATE_LIMITER?: RateLimit;
  /** Gets a data point for each request. */
  METRICS?: AnalyticsEngineDataset;
}

function complete(env: object): Env {
  return { ...DEFAULTS, ...env } as Env;
}

/**
 * The HTTP service as part of your own app. All of its routes are below the path where you mount it.
 *
 * @example
 * ```ts
 * import { Hono } from "hono";
 * import { bertweetEdge, type BertweetEnv } from "bertweet-edge/worker";
 *
 * const app = new Hono<{ Bindings: BertweetEnv }>();
 * app.route("/tweets", bertweetEdge());
 * export default app;
 * ```
 */
export function bertweetEdge(): Hono<{ Bindings: BertweetEnv }> {
  const completed = new Hono<{ Bindings: BertweetEnv }>();
  completed.use(async (c, next) => {
    c.env = complete(c.env) as BertweetEnv;
    await next();
  });
  return completed.route("/", app as unknown as Hono<{ Bindings: BertweetEnv }>);
}

/**
 * The entrypoint of a Worker that serves models: HTTP, and the methods of `Bertweet` for other Workers' service bindings.
 *
 * @example
 * ```ts
 * export { BertweetEdge as default } from "bertweet-edge/worker";
 * ```
 */
export class BertweetEdge extends Service {
  constructor(ctx: ExecutionContext, env: BertweetEnv) {
    super(ctx, complete(env));
  }
}
