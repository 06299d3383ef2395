import { RequestFailure } from "../errors.ts";
import {
  FIRST_MS_PER_TOKEN,
  MAX_RUNNING_PASSES,
  PASS_STALE_MS,
  QUEUE_POLL_MS,
  QUEUE_SILENCE_MS,
  QUEUE_STALE_MS,
} from "../limits.ts";

/** Waits until it is the caller's turn to compute something that costs as much as encoding `tokens` tokens. */
export type Turn = (tokens: number) => Promise<void>;

/** A request's place in the queue of one isolate. */
export interface Ticket {
  /**
   * Waits for the next turn. The event loop always runs before it, so that other requests, such as health checks, are answered between two passes.
   *
   * @throws RequestFailure `client-left` if nobody waits for the answer any more; `overloaded` if the first turn does not come in time
   */
  turn: Turn;
  /** Milliseconds spent waiting for turns so far. */
  waitedMs(): number;
  /** Leaves the queue. Must always be called, also after a failure. */
  end(): void;
}

export interface Admission {
  /** The request's whole work, in tokens. */
  tokens: number;
  /** How long it may wait, in addition to its own computing time. */
  limitMs: number;
  /** Whether somebody still waits for the answer. */
  isWanted(): boolean;
}

interface Job {
  /** When it should be done: its arrival, plus its limit, plus its own computing time. */
  deadline: number;
  /** Tokens of its later turns. */
  tokens: number;
  /** Tokens of its current turn. */
  running: number;
  isWaiting: boolean;
  /** When its request last gave a sign of life. A request that workerd has cancelled gives none. */
  seenAt: number;
  wake: () => void;
}

/**
 * How long the event loop is idle between two passes if other requests wait. A timer of 0 ms is not enough: workerd writes responses to their
 * sockets only when the loop is idle, and a due timer prevents that.
 */
const REST_MS = 1;

/** The part of the limit that the expected wait may take. The rest is a reserve for slower passes, because late refusals are worse than early ones. */
const SAFE_SHARE = 0.8;

const WEIGHT_OF_LAST = 0.2;
const LEAST_MS_PER_TOKEN = 0.01;
const MOST_MS_PER_TOKEN = 100;

/**
 * The queue for an isolate's computing time. The waiting request with the earliest deadline gets the next turn (Liu and
 * Layland 1973). So a short text overtakes a long batch, as long as the batch still meets its deadline. A request that would miss its
 * deadline, or make an admitted request miss its own, is refused at once.
 *
 * Deadlines are computed from the recent time per token. In production the clock moves only between two events, so this time is measured
 * from one turn of the event loop to another.
 */
export function createTurns(now: () => number = Date.now) {
  const jobs: Job[] = [];
  let msPerToken = FIRST_MS_PER_TOKEN;
  /** The current measurement for `msPerToken`: its start, and the tokens computed since. */
  let measured = { since: 0, tokens: 0 };
  /** Requests without an answer yet, including those in `jobs`. */
  let open = 0;
  /** Number of finished passes. */
  let passes = 0;

  /** Milliseconds after which a request of this size would be admitted; 0 if it is admitted now. */
  function refusedFor(tokens: number, limitMs: number): number {
    dropStale();
    const cost = tokens * msPerToken;
    const own = limitMs + cost;
    let before = 0;
    let behind = 0;
    for (const job of jobs) {
      const left = job.deadline - now();
      const work = (job.tokens + job.running) * msPerToken;
      if (left <= own) before += work;
      else {
        behind += work;
        const wasInTime = before + behind <= left; // a job that is late already will soon have the earliest deadline
        if (wasInTime && before + cost + behind > left) return before + behind;
      }
    }
    return Math.max(0, before - SAFE_SHARE * limitMs);
  }

  /** @throws RequestFailure `overloaded` if a request of this size would wait too long */
  function requireRoom(tokens: number, limitMs: number): void {
    const waitMs = refusedFor(tokens, limitMs);
    if (waitMs > 0) throw overloaded(Math.max(1, Math.ceil(waitMs / 1_000)));
  }

  /** @throws RequestFailure `overloaded` */
  function admit({ tokens, limitMs, isWanted }: Admission): Ticket {
    requireRoom(tokens, limitMs);
    if (jobs.length === 0) measured = { since: now(), tokens: 0 };
    const deadline = now() + limitMs + tokens * msPerToken;
    const job: Job = { deadline, tokens, running: 0, isWaiting: false, seenAt: now(), wake: () => {} };
    enter(job);
    let waited = 0;
    let started = false;

    return {
      async turn(wanted) {
        finish(job);
        const from = now();
        job.isWaiting = true;
        for (;;) {
          const rested = await rest();
          job.seenAt = now();
          if (!jobs.includes(job)) enter(job); // it was dropped because a long pass delayed its sign of life
          if (!isWanted()) {
            leave(job);
            throw new RequestFailure({ kind: "client-left" });
          }
          if (!started && now() - from > limitMs) {
            leave(job); // passes became slower after it was admitted
            requireRoom(tokens, limitMs);
            throw overloaded(1);
          }
          if (rested && isNext(job)) break;
          if (rested) await woken(job);
        }
        waited += now() - from;
        started = true;
        job.isWaiting = false;
        job.running = wanted;
        job.tokens = Math.max(0, job.tokens - wanted);
        setTimeout(wakeNext, 0);
      },
      waitedMs: () => waited,
      end: () => leave(job),
    };
  }

  /**
   * Yields the event loop, so that workerd can accept new requests and write responses to their sockets.
   *
   * @returns false if another pass ran meanwhile, so that the loop was never idle
   */
  async function rest(): Promise<boolean> {
    const before = passes;
    await scheduler.wait(open > 1 ? REST_MS : 0);
    measure();
    return passes === before;
  }

  /**
   * Resolves when the job should check whether it is next, at the latest after QUEUE_POLL_MS. The timer belongs to its own request:
   * workerd treats a request as hung if it waits only for another request.
   */
  function woken(job: Job): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const called = new Promise<void>((resolve) => {
      job.wake = resolve;
    });
    const polled = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, QUEUE_POLL_MS);
    });
    return Promise.race([called, polled]).finally(() => clearTimeout(timer));
  }

  function isNext(job: Job): boolean {
    const running = jobs.filter((other) => other.running > 0).length;
    return running < MAX_RUNNING_PASSES && jobs.find(isAlive) === job;
  }

  /** Whether the job waits and gave a recent sign of life. The turn of a silent job would never end. */
  function isAlive({ isWaiting, seenAt }: Job): boolean {
    return isWaiting && now() - seenAt < QUEUE_SILENCE_MS;
  }

  function wakeNext(): void {
    jobs.find(isAlive)?.wake();
  }

  function finish(job: Job): void {
    if (job.running > 0) passes++;
    measured.tokens += job.running;
    job.running = 0;
    wakeNext();
  }

  function enter(job: Job): void {
    const at = jobs.findIndex((other) => other.deadline > job.deadline);
    jobs.splice(at < 0 ? jobs.length : at, 0, job);
  }

  function leave(job: Job): void {
    const at = jobs.indexOf(job);
    if (at < 0) return;
    jobs.splice(at, 1);
    finish(job);
  }

  /** Removes silent jobs. workerd cancels the request of a disconnected client without notice. */
  function dropStale(): void {
    const isStale = ({ isWaiting, seenAt }: Job) => now() - seenAt > (isWaiting ? QUEUE_STALE_MS : PASS_STALE_MS);
    for (const job of jobs.filter(isStale)) leave(job);
  }

  /** Updates `msPerToken`. It includes the time for other requests between two passes. */
  function measure(): void {
    if (measured.tokens === 0) return;
    const each = (now() - measured.since) / measured.tokens;
    const bounded = Math.min(MOST_MS_PER_TOKEN, Math.max(LEAST_MS_PER_TOKEN, each));
    msPerToken += WEIGHT_OF_LAST * (bounded - msPerToken);
    measured = { since: now(), tokens: 0 };
  }

  /** Counts a request as open while `answer` runs. */
  async function whileOpen<T>(answer: () => Promise<T>): Promise<T> {
    open++;
    try {
      return await answer();
    } finally {
      open--;
    }
  }

  /** The number of requests without an answer yet, and how many of them compute or wait for a turn. */
  const state = () => ({ open, queued: jobs.length });

  return { admit, requireRoom, whileOpen, state };
}

function overloaded(retryAfterSeconds: number): RequestFailure {
  return new RequestFailure({ kind: "overloaded", retryAfterSeconds });
}

/** The queue of this isolate. */
export const turns = createTurns();
