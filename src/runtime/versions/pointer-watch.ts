import { readPointer } from "../../bundle/bucket.ts";
import { BundleError } from "../../bundle/bundle-error.ts";
import type { Pointer } from "../../bundle/pointer.ts";
import { LOAD_PAUSE_MS, POINTER_READ_LIMIT_MS, POINTER_TTL_MS, REFRESH_PAUSE_MS } from "../../limits.ts";
import { log } from "../../log.ts";
import { within } from "../../within.ts";
import { createAttempts, type Host } from "./attempts.ts";
import { causeOf, unavailable } from "./reason.ts";

/** The pointer of one model, as this isolate last read it. */
export interface PointerWatch {
  /** Undefined until the first read. */
  known(): Pointer | undefined;
  /** Whether a read is running in the background. */
  isRefreshing(): boolean;
  /** Reads it again in the background if it is older than POINTER_TTL_MS, once for all requests of that time. */
  refresh(bucket: R2Bucket, host: Host): void;
  /**
   * Reads it now, unless it is younger than `maxAgeMs`.
   *
   * @throws RequestFailure `model-unavailable` if it can't be read, or during the pause after a failed read
   */
  read(bucket: R2Bucket, host: Host, maxAgeMs: number): Promise<Pointer>;
}

export function createPointerWatch(modelId: string): PointerWatch {
  const what = `Reading the pointer of model "${modelId}"`;
  // Without a pointer no request can be answered, so the first read is retried sooner than later reads.
  const first = createAttempts<Pointer>({ what, limitMs: POINTER_READ_LIMIT_MS, pause: LOAD_PAUSE_MS });
  const again = createAttempts<Pointer>({ what, limitMs: POINTER_READ_LIMIT_MS, pause: REFRESH_PAUSE_MS });
  let pointer: Pointer | undefined;
  let readAt = 0;

  const attempts = () => (pointer ? again : first);
  const isOlder = (ageMs: number) => !pointer || Date.now() - readAt >= ageMs;

  function start(bucket: R2Bucket, host: Host): Promise<Pointer> {
    const read = async () => {
      const found = await readPointer(bucket, modelId);
      pointer = found;
      readAt = Date.now();
      return found;
    };
    const reportFailure = (error: unknown, retryInMs: number) =>
      log({ event: "refresh-failed", model: modelId, reason: causeOf(error), retryInMs });
    return attempts().start(host, read, reportFailure);
  }

  return {
    known: () => pointer,
    isRefreshing: () => again.running() !== undefined,
    refresh(bucket, host) {
      if (isOlder(POINTER_TTL_MS) && !again.running() && again.pauseMs() === 0) void start(bucket, host);
    },
    async read(bucket, host, maxAgeMs) {
      if (pointer && !isOlder(maxAgeMs)) return pointer;
      const attempt = attempts();
      try {
        const running = attempt.running();
        if (running) await within(running, POINTER_READ_LIMIT_MS);
        else if (attempt.pauseMs() === 0) await start(bucket, host);
        if (!pointer) throw attempt.failure() ?? new BundleError("The pointer is still being read.");
        return pointer;
      } catch (error) {
        throw unavailable(error, attempt.pauseMs());
      }
    },
  };
}
