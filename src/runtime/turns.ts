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
   * Each turn begins behind a turn of the event loop, so that other requests, health checks among them, get in between two passes.
   *
   * @throws RequestFailure `client-left` once nobody wants the answer any more; `overloaded` when the first turn does not come in time
   */
  turn: Turn;
  /** Milliseconds that were spent waiting for turns so far. */
  waitedMs(): number;
  /** Gives up what is left of the place. Must be called, whatever happened. */
  end(): void;
}

export interface Admission {
  /** What the request is going to compute in all, in tokens. */
  tokens: number;
  /** How long it may have to wait beyond its own computing time. */
  limitMs: number;
  /** Whether somebody still waits for the answer. */
  isWanted(): boolean;
}

interface Job {
  /** When it should be done, by the clock: its arrival, its limit and its own computing time. */
  deadline: number;
  /** Tokens whose turn has not come. */
  tokens: number;
  /** Tokens of the turn that it has. */
  running: number;
  isWaiting: boolean;
  /** When its request was last alive: one that workerd has cancelled never says so. */
  seenAt: number;
  wake: () => void;
}

/**
 * How long the event loop rests between two passes while others wait. A timer of 0 ms is not enough: workerd writes answers to their
 * sockets when the loop has nothing left to do, and timers that are due keep it from that.
 */
const REST_MS = 1;

/** How much of the limit the expected wait may take. The rest is for passes that turn out slower: late refusals are worse than early ones. */
const SAFE_SHARE = 0.8;

const WEIGHT_OF_LAST = 0.2;
const LEAST_MS_PER_TOKEN = 0.01;
const MOST_MS_PER_TOKEN = 100;

/**
 * The queue of an isolate's computing. Of the requests that wait, the one with the earliest deadline has the next turn (Liu and
 * Layland 1973), so a short text passes a long batch as long as the batch is still done in time. A request that would make
 * itself or an admitted one late is refused at once.
 *
 * Deadlines rest on how long a token took lately. In production the clock moves between two events only, so that is measured from
 * one turn of the event loop to another.
 */
export function createTurns(now: () => number = Date.now) {
  const jobs: Job[] = [];
  let msPerToken = FIRST_MS_PER_TOKEN;
  /** Since when, and how many tokens were computed that are not yet part of `msPerToken`. */
  let measured = { since: 0, tokens: 0 };
  /** Requests that were begun and are not answered, those of `jobs` among them. */
  let open = 0;
  /** Passes that have ended. */
  let passes = 0;

  /** Milliseconds after which a request of that size would be admitted; 0 when it is now. */
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
        const wasInTime = before + behind <= left; // one that is late already will have the earliest deadline soon
        if (wasInTime && before + cost + behind > left) return before + behind;
      }
    }
    return Math.max(0, before - SAFE_SHARE * limitMs);
  }

  /** @throws RequestFailure `overloaded` when a request of that size would have to wait too long */
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
          if (!jobs.includes(job)) enter(job); // a long pass kept it from showing that it is alive
          if (!isWanted()) {
            leave(job);
            throw new RequestFailure({ kind: "client-left" });
          }
          if (!started && now() - from > limitMs) {
            leave(job); // passes turned out slower than they were when it was admitted
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
   * Leaves the event loop to others: to requests that came during the last pass, and to answers on their way to a socket.
   *
   * @returns false when a pass ran meanwhile, so that nobody else has had the loop
   */
  async function rest(): Promise<boolean> {
    const before = passes;
    await scheduler.wait(open > 1 ? REST_MS : 0);
    measure();
    return passes === before;
  }

  /**
   * Resolves when the job should look whether it is next, at the latest after QUEUE_POLL_MS. Its own timer stays until it runs again:
   * workerd takes a request for hung that waits for another one alone.
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

  /** Whether it waits and has looked lately; the turn of one that has not would never be over. */
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

  /** A request whose client has left is cancelled by workerd without a word; its place is free after a while. */
  function dropStale(): void {
    const isStale = ({ isWaiting, seenAt }: Job) => now() - seenAt > (isWaiting ? QUEUE_STALE_MS : PASS_STALE_MS);
    for (const job of jobs.filter(isStale)) leave(job);
  }

  /** What is served between two passes belongs to what a token takes. */
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

  /** Requests that are begun and not answered, and those of them that compute or wait for a turn. */
  const state = () => ({ open, queued: jobs.length });

  return { admit, requireRoom, whileOpen, state };
}

function overloaded(retryAfterSeconds: number): RequestFailure {
  return new RequestFailure({ kind: "overloaded", retryAfterSeconds });
}

/** The queue of this isolate. */
export const turns = createTurns();
