import { BundleError } from "../../bundle/bundle-error.ts";
import { TIMED_OUT, within } from "../../within.ts";
import { createPause, type PauseLimits } from "./pause.ts";

/** The request in which work runs. Work passed to `waitUntil` continues after its client disconnects. */
export type Host = Pick<ExecutionContext, "waitUntil">;

/**
 * Work that one request does for all requests: one run at a time, and a growing pause after each failure.
 *
 * In workerd a promise belongs to the request that made it. If that request ends first, the promise may never settle. So each run is passed to
 * `waitUntil`. A run that takes longer than its time limit counts as failed, even if it never settles.
 */
export interface Attempts<T> {
  /** The current run. It may never settle: wait for it with a time limit. */
  running(): Promise<T> | undefined;
  /** Starts a run. Check `running` and `pauseMs` first. @returns its value within the time limit */
  start(host: Host, work: () => Promise<T>, onFailure?: OnFailure): Promise<T>;
  /** Milliseconds until the next run may start; 0 if it may start now. */
  pauseMs(): number;
  /** Why the last run failed; undefined if it did not fail. */
  failure(): unknown;
}

/** Called with a failure, and with the length of the pause after it. */
export type OnFailure = (error: unknown, pauseMs: number) => void;

interface AttemptsOptions {
  /** Start of the error message for a run that takes too long. */
  what: string;
  limitMs: number;
  pause: PauseLimits;
}

export function createAttempts<T>({ what, limitMs, pause: limits }: AttemptsOptions): Attempts<T> {
  const pause = createPause(limits);
  let run: { promise: Promise<T>; startedAt: number; onFailure: OnFailure | undefined } | undefined;
  let failure: unknown;

  function fail(error: unknown): void {
    const onFailure = run?.onFailure;
    run = undefined;
    failure = error;
    const pauseMs = pause.begin();
    onFailure?.(error, pauseMs);
  }

  const tooLong = () => new BundleError(`${what} took more than ${limitMs} ms.`);

  /** Marks a run that exceeds its time limit as failed. */
  function bury(): void {
    if (run && Date.now() - run.startedAt > limitMs) fail(tooLong());
  }

  return {
    running() {
      bury();
      return run?.promise;
    },
    start(host, work, onFailure) {
      const limited = within(work(), limitMs).then((value) => {
        if (value === TIMED_OUT) throw tooLong();
        return value;
      });
      const started = { startedAt: Date.now(), promise: limited, onFailure };
      run = started;
      started.promise = limited.then(
        (value) => {
          if (run === started) {
            run = undefined;
            failure = undefined;
            pause.end();
          }
          return value;
        },
        (error) => {
          if (run === started) fail(error);
          throw error;
        },
      );
      host.waitUntil(started.promise.catch(() => {})); // callers that wait for the run get its failure
      return started.promise;
    },
    pauseMs() {
      bury();
      return pause.leftMs();
    },
    failure() {
      bury();
      return failure;
    },
  };
}
