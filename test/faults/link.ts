/** A connection that carries so many bytes a second, of all bodies that share it. */
export interface Link {
  /** Resolves when the bytes have arrived, after all bytes that were requested before. */
  carry(bytes: number): Promise<void>;
}

/** Size of the socket's buffer for unread bytes, in milliseconds of the link. */
const BUFFERED_MS = 20;

export function openLink(bytesPerSecond: number): Link {
  let arrivedAt = 0;
  return {
    async carry(bytes) {
      const now = performance.now();
      arrivedAt = Math.max(arrivedAt, now - BUFFERED_MS) + (1_000 * bytes) / bytesPerSecond;
      if (arrivedAt > now) await scheduler.wait(arrivedAt - now);
    },
  };
}

const links = new Map<number, Link>();

/** The isolate's one link of that rate. */
export function sharedLink(bytesPerSecond: number): Link {
  const link = links.get(bytesPerSecond) ?? openLink(bytesPerSecond);
  links.set(bytesPerSecond, link);
  return link;
}
