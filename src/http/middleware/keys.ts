import { bearerAuth } from "hono/bearer-auth";
import { createMiddleware } from "hono/factory";
import { sha256Hex } from "../../bundle/bucket.ts";
import { RequestFailure } from "../../errors.ts";
import { isOn } from "./switches.ts";

declare module "hono" {
  interface ContextVariableMap {
    /** SHA-256 (hex) of the key that the request was let in with; undefined where none is asked for (AUTH is off). */
    keyHash: string | undefined;
  }
}

/** The variables and, since `wrangler types` sees no secrets, the secret. */
type Keyed = { Bindings: Env & { API_KEY_HASHES?: string } };

const utf8 = new TextEncoder();

/**
 * With AUTH on, lets only requests through that bring a key as `Authorization: Bearer` (RFC 6750). The service knows no
 * key, only the hashes of those that it accepts.
 */
export const requireKey = createMiddleware<Keyed>(async (c, next) => {
  if (!isOn(c.env, "AUTH")) return next();
  const accepted = parseKeyHashes(c.env.API_KEY_HASHES);
  const withoutKey = { message: () => refuse() };
  return bearerAuth<Keyed>({
    noAuthenticationHeader: withoutKey,
    invalidAuthenticationHeader: withoutKey,
    invalidToken: { message: () => refuse("invalid_token") },
    verifyToken: async (key) => {
      const hash = await sha256Hex(utf8.encode(key));
      const known = isAmong(hash, accepted);
      if (known) c.set("keyHash", hash);
      return known;
    },
  })(c, next);
});

/**
 * The hashes of the accepted keys, from a list with commas or white space between them.
 *
 * @throws Error when there is none or one is no SHA-256 in lower-case hex. It doesn't quote it: it may be a key.
 */
export function parseKeyHashes(list = ""): string[] {
  const hashes = list.split(/[\s,]+/).filter((hash) => hash !== "");
  if (hashes.length === 0) throw new Error("AUTH is on, but API_KEY_HASHES holds no hash.");
  if (!hashes.every((hash) => /^[0-9a-f]{64}$/.test(hash)))
    throw new Error("API_KEY_HASHES holds something that is no SHA-256 in lower-case hex.");
  return hashes;
}

/** Looks at every accepted hash, whichever one it is, so that the time taken tells nothing about them. */
function isAmong(hash: string, accepted: string[]): boolean {
  const bytes = utf8.encode(hash);
  let found = false;
  for (const each of accepted) found = crypto.subtle.timingSafeEqual(utf8.encode(each), bytes) || found;
  return found;
}

function refuse(error?: "invalid_token"): never {
  throw new RequestFailure({ kind: "unauthorized", error });
}
