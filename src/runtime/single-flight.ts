import { TIMED_OUT, within } from "../within.ts";

/** Times after which a load is given up. */
export interface FlightLimits {
  /** The load itself. */
  loadMs: number;
  /** Waiting for a load that another request started. */
  waitMs: number;
}

/** A load did not end within its time limit. */
export class LoadTimeout extends Error {}

/**
 * Makes `load` run once for any number of callers: they share its promise, and a value once loaded is kept. A failure is
 * told to all who waited for it and then forgotten, so that the next caller loads again.
 *
 * In workerd a promise is tied to the request that made it: if that request ends first, the promise may never settle.
 * So the load is handed to `waitUntil`, and whoever has waited too long for another's load starts one of their own.
 *
 * @returns a function that takes the caller's `waitUntil`
 */
export function singleFlight<T>(load: () => Promise<T>, { loadMs, waitMs }: FlightLimits) {
  let flight: Promise<T> | undefined;

  function start(waitUntil: (promise: Promise<unknown>) => void): Promise<T> {
    const started = within(load(), loadMs).then((value) => {
      if (value === TIMED_OUT) throw new LoadTimeout(`The load took more than ${loadMs} ms.`);
      return value;
    });
    const settled = started.catch(() => {
      if (flight === started) flight = undefined;
    });
    flight = started;
    waitUntil(settled);
    return started;
  }

  return async (waitUntil: (promise: Promise<unknown>) => void): Promise<T> => {
    if (!flight) return start(waitUntil);
    const joined = flight;
    const value = await within(joined, waitMs);
    if (value !== TIMED_OUT) return value;
    if (flight === joined) flight = undefined;
    return flight ?? start(waitUntil);
  };
}
