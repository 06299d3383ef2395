import { createMiddleware } from "hono/factory";

/** What is known of a request once it is answered, for metrics. Nothing that a user wrote may be among it. */
interface RequestFacts {
  /** A task's full name, or the route's. */
  task?: string;
  model?: string;
  version?: string;
  engine?: string;
  /** What became of it in the answer cache: `hit`, `validator`, `stored`, `collapsed` or `bypass`. */
  cache?: string;
  /** Tokens and passes of the encoder, and predictions of masks; absent where nothing was computed. */
  tokens?: number;
  windows?: number;
  predictions?: number;
  /** Milliseconds spent waiting for a turn. */
  queueMs?: number;
  /** The kind of failure that it was answered with. */
  failure?: string;
}

declare module "hono" {
  interface ContextVariableMap {
    facts: RequestFacts;
  }
}

/** Gives every request a place for its facts. */
export const collectFacts = createMiddleware(async (c, next) => {
  c.set("facts", {});
  await next();
});
