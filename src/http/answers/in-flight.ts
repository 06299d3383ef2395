import { ANSWER_WAIT_LIMIT_MS } from "../../limits.ts";
import { TIMED_OUT, within } from "../../within.ts";

const flights = new Map<string, Promise<string>>();

export interface Shared {
  body: string;
  /** Whether it was computed by this request. */
  own: boolean;
}

/**
 * Lets requests that ask the same at the same time share one computation. One that has waited too long for another's
 * answer computes its own: in workerd a promise may never settle once the request that made it has ended.
 *
 * @param key says all that the answer depends on
 */
export async function shareInFlight(key: string, compute: () => Promise<string>): Promise<Shared> {
  const joined = flights.get(key);
  if (joined) {
    const body = await within(joined, ANSWER_WAIT_LIMIT_MS);
    if (body !== TIMED_OUT) return { body, own: false };
  }
  const started = compute().finally(() => {
    if (flights.get(key) === started) flights.delete(key);
  });
  flights.set(key, started);
  return { body: await started, own: true };
}
