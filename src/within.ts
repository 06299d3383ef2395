/** The result of `within` for a promise that took too long. */
export const TIMED_OUT = Symbol("timed out");

/** The value of a promise, or TIMED_OUT when it takes longer than `limitMs`. */
export async function within<T>(promise: Promise<T>, limitMs: number): Promise<T | typeof TIMED_OUT> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<typeof TIMED_OUT>((resolve) => {
    timer = setTimeout(() => resolve(TIMED_OUT), limitMs);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}
