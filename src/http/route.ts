import type { Context } from "hono";
import { matchedRoutes } from "hono/route";

/** The template of the request's route, such as `/v1/:task`; `other` if no route has its path and method. */
export function routeOf(c: Context): string {
  return matchedRoutes(c).find(({ path }) => !path.includes("*"))?.path ?? "other";
}
