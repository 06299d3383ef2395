import { timingSafeEqual as compare } from "node:crypto";
import { main } from "./main.ts";

/*
 * The parts of workerd that Node lacks, beside those of packages/platform.ts. When scripts/build.ts builds the thread of
 * `bertweet-edge serve`, it replaces `Promise.withResolvers`, `scheduler.wait`, `crypto.subtle.timingSafeEqual` and `caches.default` with these.
 */

/** Resolves when the event loop has run at least once. workerd must be idle to write responses, Node need not, so a short wait is none. */
export function waitInNode(ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (ms <= 1) setImmediate(resolve);
    else setTimeout(resolve, ms);
  });
}

/** Node 20 has no `Promise.withResolvers`. */
export function promiseWithResolvers<T>() {
  let resolve: (value: T | PromiseLike<T>) => void = () => {};
  let reject: (reason?: unknown) => void = () => {};
  const promise = new Promise<T>((resolveIt, rejectIt) => {
    resolve = resolveIt;
    reject = rejectIt;
  });
  return { promise, resolve, reject };
}

export function timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean {
  return compare(a, b);
}

/** The Cache API over the answers that the main thread keeps for all threads. */
export const answerCache = {
  async match(url: string): Promise<Response | undefined> {
    const body = await main.find(url);
    return body === undefined ? undefined : new Response(body);
  },
  async put(url: string, response: Response): Promise<void> {
    await main.keep(url, await response.text());
  },
};
