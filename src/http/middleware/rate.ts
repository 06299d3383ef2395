import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { RequestFailure } from "../../errors.ts";
import { isOn } from "./switches.ts";

/**
 * With RATE_LIMIT on, refuses requests above the limit of the binding in wrangler.toml. The limit applies to each key, or to each
 * network if AUTH is off. Cloudflare counts separately in each location, and only approximately.
 */
export const limitRate = createMiddleware<{ Bindings: Env }>((c, next) => {
  return isOn(c.env, "RATE_LIMIT") ? chargeRate(c, 1).then(next) : next();
});

/**
 * With RATE_LIMIT on, adds `count` to the client's rate: one for a request, and one for each encoder pass after the first. Each call of
 * the binding counts one.
 *
 * @throws RequestFailure `rate-limited`
 */
export async function chargeRate(c: Context<{ Bindings: Env }>, count: number): Promise<void> {
  if (count < 1 || !isOn(c.env, "RATE_LIMIT")) return;
  const key = c.get("keyHash") ?? networkOf(c);
  const charged = await Promise.all(Array.from({ length: count }, () => c.env.RATE_LIMITER.limit({ key })));
  if (charged.some(({ success }) => !success)) throw new RequestFailure({ kind: "rate-limited" });
}

/** The client's network. If Cloudflare does not give the address, as in local runs, all clients have the same name. */
export function networkOf(c: Context): string {
  return network(c.req.header("CF-Connecting-IP") ?? "local");
}

/** An IPv4 address, or the /64 of an IPv6 address, because one client can usually use all addresses of its /64. */
export function network(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail = ""] = address.split("::").map((part) => part.split(":").filter(Boolean));
  const zeros = Array(Math.max(0, 8 - head.length - tail.length)).fill("0");
  return [...head, ...zeros, ...tail].slice(0, 4).join(":");
}
