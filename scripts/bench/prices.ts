/**
 * List prices of Cloudflare Workers, the paid plan, in US dollars, for what goes beyond its 10 million requests and 30 million
 * milliseconds of CPU a month: https://developers.cloudflare.com/workers/platform/pricing/, read in November 2026.
 */
export const DOLLARS_PER_MILLION_REQUESTS = 0.3;
export const DOLLARS_PER_MILLION_CPU_MS = 0.02;

/** CPU that the free plan grants a request: https://developers.cloudflare.com/workers/platform/limits/, read in November 2026. */
export const FREE_PLAN_CPU_MS = 10;
