/*
 * Replaces `bundle/copies.ts` in the thread of `bertweet-edge serve`. A folder needs no copies of its files in a cache.
 */

export async function findCopy(): Promise<undefined> {}

export async function trying<T>(_copy: object, _name: string, use: () => Promise<T>): Promise<T> {
  return use();
}

export async function withoutBadCopies<T>(work: () => Promise<T>): Promise<T> {
  return work();
}

export async function keepCopies(): Promise<void> {}
