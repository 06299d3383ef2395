import type { Context } from "hono";

declare module "hono" {
  interface ContextVariableMap {
    ownRequestId: string | undefined;
  }
}

/** What a client may call its request. */
const CLIENTS_ID = /^[\w\-=]{1,255}$/;

/** The id in a response's `X-Request-Id`: the client's own where it sent one, else one of ours. */
export function answeredRequestId(c: Context): string {
  const sent = c.req.header("X-Request-Id");
  return sent !== undefined && CLIENTS_ID.test(sent) ? sent : ownRequestId(c);
}

/** The id by which logs and problems name a request. It is always made here: what a client sends may hold anything, and is not logged. */
export function ownRequestId(c: Context): string {
  const id = c.get("ownRequestId") ?? crypto.randomUUID();
  c.set("ownRequestId", id);
  return id;
}
