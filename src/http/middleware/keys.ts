import { bearerAuth } from "hono/bearer-auth";
import { createMiddleware } from "hono/factory";
import { LRUCache } from "lru-cache";
import { sha256Hex } from "../../bundle/bucket.ts";
import { RequestFailure } from "../../errors.ts";
import { MAX_KEY_UTF16_UNITS, REMEMBERED_KEYS } from "../../limits.ts";
import { countFailedKey, refuseBarred } from "./failed-keys.ts";
import { networkOf } from "./rate.ts";
import { isOn } from "./switches.ts";

declare module "hono" {
  interface ContextVariableMap {
    /** SHA-256 (hex) of the request's accepted key; undefined if AUTH is off. */
    keyHash: string | undefined;
  }
}

/** The variables and the secret, which `wrangler types` does not see. */
type KeyedEnv = Env & { API_KEY_HASHES?: string };

const utf8 = new TextEncoder();

/** The hashes of recently accepted keys. They stay accepted while other keys of their network are refused without hashing. */
const letIn = new LRUCache<string, string>({ max: REMEMBERED_KEYS });

/**
 * With AUTH on, requires an accepted key as `Authorization: Bearer` (RFC 6750). The service knows only the hashes of accepted
 * keys. With RATE_LIMIT on, requests that fail here are counted by network.
 */
export const requireKey = createMiddleware<{ Bindings: KeyedEnv }>((c, next) => {
  if (!isOn(c.env, "AUTH")) return next();
  const { hashes } = parseKeyHashes(c.env.API_KEY_HASHES);
  if (hashes.length === 0) throw new RequestFailure({ kind: "misconfigured", reason: NO_HASH });
  const network = networkOf(c);
  const refuse = async (error?: "invalid_token"): Promise<never> => {
    await countFailedKey(c.env, network);
    throw new RequestFailure({ kind: "unauthorized", error });
  };
  return bearerAuth<{ Bindings: KeyedEnv }>({
    noAuthenticationHeader: { message: () => refuse() },
    invalidAuthenticationHeader: { message: () => refuse() },
    invalidToken: { message: () => refuse("invalid_token") },
    verifyToken: async (key) => {
      const hash = letIn.get(key) ?? (await hashOf(key, network));
      const known = hash !== undefined && isAmong(hash, hashes);
      if (!known) return false;
      letIn.set(key, hash);
      c.set("keyHash", hash);
      return true;
    },
  })(c, next);
});

const NO_HASH = "AUTH is on, but API_KEY_HASHES holds no SHA-256 in lower-case hex.";

/**
 * Describes errors in the configuration of the keys, for the operator. It never quotes a value, because a value may be a key.
 *
 * @returns no warnings if AUTH is off
 */
export function keyWarnings(env: KeyedEnv): string[] {
  if (!isOn(env, "AUTH")) return [];
  const { hashes, malformed } = parseKeyHashes(env.API_KEY_HASHES);
  const warnings: string[] = [];
  if (hashes.length === 0) warnings.push(`${NO_HASH} Every request is refused.`);
  if (malformed > 0) warnings.push(`API_KEY_HASHES: ${malformed} of its entries are no SHA-256 in lower-case hex.`);
  return warnings;
}

/** Reads a list of key hashes, separated by commas or white space. @returns the valid hashes, and the number of malformed entries */
export function parseKeyHashes(list = ""): { hashes: string[]; malformed: number } {
  const entries = list.split(/[\s,]+/).filter((entry) => entry !== "");
  const hashes = entries.filter((entry) => /^[0-9a-f]{64}$/.test(entry));
  return { hashes, malformed: entries.length - hashes.length };
}

/** The hash of a key that is not too long, unless its network is blocked. */
async function hashOf(key: string, network: string): Promise<string | undefined> {
  refuseBarred(network);
  return key.length > MAX_KEY_UTF16_UNITS ? undefined : sha256Hex(utf8.encode(key));
}

/** Compares with every accepted hash, even after a match, so that the time reveals nothing about them. */
function isAmong(hash: string, accepted: string[]): boolean {
  const bytes = utf8.encode(hash);
  let found = false;
  for (const each of accepted) found = crypto.subtle.timingSafeEqual(utf8.encode(each), bytes) || found;
  return found;
}
