import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { RequestFailure } from "../../errors.ts";
import { isOn } from "./switches.ts";

/**
 * With RATE_LIMIT on, refuses what comes faster than the binding in wrangler.toml allows: per key, or per network where no
 * key is asked for. Cloudflare counts in each of its locations by itself, and roughly.
 */
export const limitRate = createMiddleware<{ Bindings: Env }>(async (c, next) => {
  await chargeRate(c, 1);
  await next();
});

/**
 * With RATE_LIMIT on, counts `count` more against the client: a request once, and each pass of the encoder beyond the first. The
 * binding counts one a call.
 *
 * @throws RequestFailure `rate-limited`
 */
export async function chargeRate(c: Context<{ Bindings: Env }>, count: number): Promise<void> {
  if (count < 1 || !isOn(c.env, "RATE_LIMIT")) return;
  const key = c.get("keyHash") ?? networkOf(c);
  const charged = await Promise.all(Array.from({ length: count }, () => c.env.RATE_LIMITER.limit({ key })));
  if (charged.some(({ success }) => !success)) throw new RequestFailure({ kind: "rate-limited" });
}

/** The network that a request comes from; one name for all where Cloudflare does not tell, as locally. */
export function networkOf(c: Context): string {
  return network(c.req.header("CF-Connecting-IP") ?? "local");
}

/** An IPv4 address, or the /64 of an IPv6 address: whoever has one address of a /64 can use them all. */
export function network(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail = ""] = address.split("::").map((part) => part.split(":").filter(Boolean));
  const zeros = Array(Math.max(0, 8 - head.length - tail.length)).fill("0");
  return [...head, ...zeros, ...tail].slice(0, 4).join(":");
}
