import { LRUCache } from "lru-cache";
import { COUNTED_CLIENTS, KEPT_ANSWERS_UTF16_UNITS, RATE_LIMIT_PERIOD_SECONDS } from "../../src/limits.ts";
import type { MainCalls } from "../../src/node/calls.ts";

/**
 * What all threads share: the answers that were given, and how often each client has asked.
 *
 * @param perPeriod requests of a client in RATE_LIMIT_PERIOD_SECONDS
 */
export function createShared(perPeriod: number): MainCalls {
  const answers = new LRUCache<string, string>({
    maxSize: KEPT_ANSWERS_UTF16_UNITS,
    sizeCalculation: (body, url) => body.length + url.length,
  });
  const counts = new LRUCache<string, { count: number }>({
    max: COUNTED_CLIENTS,
    ttl: 1_000 * RATE_LIMIT_PERIOD_SECONDS, // from a client's first request on
  });
  return {
    limit(key) {
      const counted = counts.get(key) ?? { count: 0 };
      if (counted.count++ === 0) counts.set(key, counted);
      return counted.count <= perPeriod;
    },
    find: (url) => answers.get(url),
    keep: (url, body) => void answers.set(url, body),
  };
}
