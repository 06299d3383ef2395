import type { Context } from "hono";
import { requestId } from "hono/request-id";

declare module "hono" {
  interface ContextVariableMap {
    ownRequestId: string | undefined;
  }
}

/** Gives every request an id, which its response has in `X-Request-Id`: the client's own where it sent one, else one of ours. */
export const nameRequest = requestId({ generator: ownRequestId });

/** The id by which logs and problems name a request. It is always made here: what a client sends may hold anything, and is not logged. */
export function ownRequestId(c: Context): string {
  const id = c.get("ownRequestId") ?? crypto.randomUUID();
  c.set("ownRequestId", id);
  return id;
}
