import { BundleError } from "../../bundle/bundle-error.ts";
import { TIMED_OUT, within } from "../../within.ts";
import { createPause, type PauseLimits } from "./pause.ts";

/** The request that something runs in; what is handed to `waitUntil` goes on when its client has left. */
export type Host = Pick<ExecutionContext, "waitUntil">;

/**
 * Some work that is done by one request for all: one run at a time, and a growing pause after each that fails.
 *
 * In workerd a promise belongs to the request that made it. If that request ends first, the promise may never settle. So each run is handed to
 * `waitUntil`, and one that is older than its time limit counts as failed, whether or not it ever says so.
 */
export interface Attempts<T> {
  /** The run that is under way. It may never settle: wait for it with a time limit. */
  running(): Promise<T> | undefined;
  /** Starts a run; ask first whether one is under way or a pause is on. @returns its value within the time limit */
  start(host: Host, work: () => Promise<T>, onFailure?: OnFailure): Promise<T>;
  /** How long nobody should start another run; 0 when somebody may. */
  pauseMs(): number;
  /** Why the last run failed; undefined when it did not. */
  failure(): unknown;
}

/** Told of a failure, and of the pause that follows it. */
export type OnFailure = (error: unknown, pauseMs: number) => void;

interface AttemptsOptions {
  /** Beginning of the sentence that says a run took too long. */
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

  /** Gives up a run that should have ended long ago. */
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
      host.waitUntil(started.promise.catch(() => {})); // whoever waits for the run is told of its failure
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
