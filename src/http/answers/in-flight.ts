import { RequestFailure } from "../../errors.ts";
import { FLIGHT_BEAT_MS } from "../../limits.ts";
import { TIMED_OUT, within } from "../../within.ts";

/** A computation, and who waits for it. */
interface Flight {
  answer: Promise<string>;
  waiting: number;
  /** Counts up for as long as the request that computes is alive. */
  beats: number;
}

const flights = new Map<string, Flight>();

export interface Shared {
  body: string;
  /** Whether it was computed by this request. */
  own: boolean;
}

/** What is used of a request: its client's signal, and what keeps it alive. */
interface Requester {
  signal: AbortSignal;
  waitUntil(promise: Promise<unknown>): void;
}

/**
 * Lets requests that ask the same at the same time share one computation.
 *
 * workerd cancels a request whose client leaves, and with it the computation, which is right as long as nobody else waits for it.
 * Once somebody does, the request that computes keeps itself alive. If it was cancelled before it could, whoever waits misses its
 * beats and computes for itself.
 *
 * @param key says all that the answer depends on
 * @param compute is to ask now and then whether somebody still waits
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

/** The flight's answer; undefined when the request that computes it was cancelled. */
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
 * workerd may reject a promise of a request that it has cancelled. Only a failure of the question itself is shared; after any other,
 * whoever waits computes for itself and meets it there if it is real.
 */
function cancelled(error: unknown): { body: undefined } {
  if (error instanceof RequestFailure && error.failure.kind !== "client-left") throw error;
  return { body: undefined };
}

/** Counts the request among those that wait, until its client leaves. */
function waitFor(flight: Flight, signal: AbortSignal): void {
  if (signal.aborted) return;
  flight.waiting++;
  signal.addEventListener("abort", () => flight.waiting--, { once: true });
}
