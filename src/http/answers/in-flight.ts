import { RequestFailure } from "../../errors.ts";
import { FLIGHT_BEAT_MS } from "../../limits.ts";
import { TIMED_OUT, within } from "../../within.ts";

/** A computation, and the requests that wait for it. */
interface Flight {
  answer: Promise<string>;
  waiting: number;
  /** A counter that grows while the computing request is alive. */
  beats: number;
}

const flights = new Map<string, Flight>();

export interface Shared {
  body: string;
  /** Whether it was computed by this request. */
  own: boolean;
}

/** The parts of a request that are used here: its client's signal, and `waitUntil`. */
export interface Requester {
  signal: AbortSignal;
  waitUntil(promise: Promise<unknown>): void;
}

/**
 * Lets identical requests at the same time share one computation.
 *
 * workerd cancels a request whose client disconnects, and with it the computation. That is right if no other request waits for it.
 * Otherwise the computing request keeps itself alive. If it was cancelled before it could do so, its heartbeats stop. The waiting
 * requests notice this and compute the answer themselves.
 *
 * @param key everything that the answer depends on
 * @param compute should check from time to time whether a request still waits
 */
export async function shareInFlight(
  key: string,
  { signal, waitUntil }: Requester,
  compute: (isWanted: () => boolean) => Promise<string>,
): Promise<Shared> {
  const other = flights.get(key);
  const body = other && (await follow(other, signal));
  if (body !== undefined) return { body, own: false };

  const { promise, resolve, reject } = Promise.withResolvers<string>();
  promise.catch(() => {}); // it is told below; others need not wait for it
  const flight: Flight = { answer: promise, waiting: 0, beats: 0 };
  flights.set(key, flight);
  waitFor(flight, signal);
  const beat = setInterval(() => flight.beats++, FLIGHT_BEAT_MS);
  let keepsAlive = false;
  const isWanted = () => {
    if (flight.waiting > 1 && !keepsAlive) {
      keepsAlive = true;
      waitUntil(promise.catch(() => {}));
    }
    return flight.waiting > 0;
  };
  try {
    const own = await compute(isWanted);
    resolve(own);
    return { body: own, own: true };
  } catch (error) {
    reject(error);
    throw error;
  } finally {
    clearInterval(beat);
    if (flights.get(key) === flight) flights.delete(key);
  }
}

/** The flight's answer; undefined if the computing request was cancelled. */
async function follow(flight: Flight, signal: AbortSignal): Promise<string | undefined> {
  waitFor(flight, signal);
  const answer = flight.answer.then((body) => ({ body }), cancelled);
  for (let missed = 0; missed < 2; ) {
    const { beats } = flight;
    const answered = await within(answer, 2 * FLIGHT_BEAT_MS);
    if (answered !== TIMED_OUT) return answered.body;
    missed = flight.beats === beats ? missed + 1 : 0;
  }
  return undefined;
}

/**
 * workerd may reject a promise of a cancelled request. Only a failure of the question itself is shared. After any other failure, the
 * waiting requests compute the answer themselves, and get the failure again if it is real.
 */
function cancelled(error: unknown): { body: undefined } {
  if (error instanceof RequestFailure && error.failure.kind !== "client-left") throw error;
  return { body: undefined };
}

/** Counts the request as waiting until its client disconnects. */
function waitFor(flight: Flight, signal: AbortSignal): void {
  if (signal.aborted) return;
  flight.waiting++;
  signal.addEventListener("abort", () => flight.waiting--, { once: true });
}
