import {
  JOB_CALL_MULTIPLICATIONS,
  JOB_CHUNK_BYTES,
  JOB_INDEX_PAGE,
  JOB_PART_MULTIPLICATIONS,
  JOB_POLL,
  JOB_RETRY_SECONDS,
  JOB_ROW_TOKENS,
  MAX_JOB_CHUNKS,
} from "../../src/job-limits.ts";
import { CPU_MS_PER_TOKEN } from "./cost.ts";
import type { World } from "./simulate.ts";

/** Multiplications of bertweet-mini for a token: 6 layers of 384, with 1,536 between (src/jobs/price.ts has the formula). */
const PER_TOKEN = 6 * 384 * (4 * 384 + 2 * 1536);

/** Calls of consumers at once that Queues allow. */
export const MAX_CONSUMERS = 250;

/** What is assumed, because nothing here can measure it: R2 and Queues as they are elsewhere, and how often something fails. */
export const ASSUMED = {
  lineBytes: 200,
  tokensPerLine: 25,
  r2Read: 0.05,
  r2Write: 0.15,
  r2Sigma: 0.5,
  load: 0.6,
  newIsolates: 0.5,
  failures: 0.005,
  stragglers: 0.02,
  stragglerFactor: 3,
  delivery: 0.5,
  rampDoubles: 30,
} as const;

/** A job of so many lines, by the limits of src/limits.ts, the measured CPU, and what is assumed. */
export function worldOf(lines: number, consumers = MAX_CONSUMERS): World {
  return {
    ...ASSUMED,
    lines,
    consumers,
    cpuPerToken: CPU_MS_PER_TOKEN / 1_000,
    chunkBytes: JOB_CHUNK_BYTES,
    maxChunks: MAX_JOB_CHUNKS,
    callTokens: JOB_CALL_MULTIPLICATIONS / PER_TOKEN,
    partTokens: JOB_PART_MULTIPLICATIONS / PER_TOKEN,
    rowTokens: JOB_ROW_TOKENS,
    retryFirst: JOB_RETRY_SECONDS.first,
    retryMost: JOB_RETRY_SECONDS.most,
    poll: { share: JOB_POLL.share, least: JOB_POLL.leastSeconds, most: JOB_POLL.mostSeconds },
    sendPage: 2,
    pageChunks: JOB_INDEX_PAGE,
  };
}

/** The same world without one of its limits. The limit that costs the most time is the first. */
export const WITHOUT: Readonly<Record<string, (world: World) => World>> = {
  "twice the consumers": (world) => ({ ...world, consumers: 2 * world.consumers }),
  "consumers at once": (world) => ({ ...world, rampDoubles: 0 }),
  "chunks of a fourth": (world) => ({ ...world, chunkBytes: world.chunkBytes / 4, maxChunks: 4 * world.maxChunks }),
  "no slow machines": (world) => ({ ...world, stragglers: 0 }),
  "R2 at once": (world) => ({ ...world, r2Read: 0, r2Write: 0 }),
  "no wait between looks": (world) => ({ ...world, poll: { share: 0, least: 1, most: 1 } }),
};
