import { createMiddleware } from "hono/factory";
import type { Failure, problemOf } from "../../errors.ts";

/** A problem with all members of RFC 9457. */
type WholeProblem = ReturnType<typeof problemOf> & { instance: string };

/** Writes a failure in another shape than RFC 9457's, for clients of another protocol. */
export type ProblemShape = (problem: WholeProblem, failure: Failure) => { type: string; body: object };

declare module "hono" {
  interface ContextVariableMap {
    /** Absent: RFC 9457's. */
    problemShape: ProblemShape | undefined;
  }
}

/** Makes all failures below a path use another shape. */
export const problemsAs = (shape: ProblemShape) =>
  createMiddleware((c, next) => {
    c.set("problemShape", shape);
    return next();
  });
