/**
 * `Promise.all` that settles last: when one fails, it waits for the others before it rejects. What they were building is free
 * then, so that a second try never holds memory beside the first. Of several that fail, the first in order is told.
 */
export async function join<T extends readonly Promise<unknown>[]>(
  promises: [...T],
): Promise<{ -readonly [P in keyof T]: Awaited<T[P]> }> {
  await Promise.allSettled(promises);
  for (const promise of promises) await promise;
  return Promise.all(promises);
}
