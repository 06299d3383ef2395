import { createMiddleware } from "hono/factory";

declare module "hono" {
  interface ContextVariableMap {
    /** Whether problems repeat their `detail` as `error`. */
    repeatsDetailAsError: boolean | undefined;
  }
}

/** For Hugging Face's routes and whatever fails below them: its Python client reads a problem's `error` alone. */
export const repeatDetailAsError = createMiddleware(async (c, next) => {
  c.set("repeatsDetailAsError", true);
  await next();
});
