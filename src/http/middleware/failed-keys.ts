import { LRUCache } from "lru-cache";
import { RequestFailure } from "../../errors.ts";
import { BARRED_NETWORKS, RATE_LIMIT_PERIOD_SECONDS } from "../../limits.ts";
import { isOn } from "./switches.ts";

/** Networks that sent too many wrong keys to this isolate, and until when they are blocked (milliseconds since 1970). */
const barred = new LRUCache<string, number>({ max: BARRED_NETWORKS });

/** @throws RequestFailure `rate-limited` while the network is blocked */
export function refuseBarred(network: string): void {
  if (Date.now() < (barred.get(network) ?? 0)) throw new RequestFailure({ kind: "rate-limited" });
}

/**
 * With RATE_LIMIT on, counts a request without a valid key for its network, separately from requests with a valid key. Beyond the limit
 * the network is blocked: its further keys are refused without hashing them.
 *
 * @throws RequestFailure `rate-limited` beyond the limit
 */
export async function countFailedKey(env: Env, network: string): Promise<void> {
  if (!isOn(env, "RATE_LIMIT")) return;
  refuseBarred(network);
  const { success } = await env.RATE_LIMITER.limit({ key: `failed ${network}` });
  if (success) return;
  barred.set(network, Date.now() + 1_000 * RATE_LIMIT_PERIOD_SECONDS);
  throw new RequestFailure({ kind: "rate-limited" });
}
