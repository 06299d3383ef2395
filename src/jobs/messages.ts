import { MAX_BATCH_BYTES, MAX_BATCH_MESSAGES, MAX_MESSAGE_BYTES } from "../job-limits.ts";
import type { ChunkMessage } from "./env.ts";

const utf8 = new TextEncoder();

/**
 * Puts messages into groups that a `sendBatch` of Cloudflare Queues takes.
 *
 * @throws RangeError for a message that is too large alone
 */
export function batchesOf(messages: readonly ChunkMessage[]): ChunkMessage[][] {
  const batches: ChunkMessage[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const message of messages) {
    const size = utf8.encode(JSON.stringify(message)).length;
    if (size > MAX_MESSAGE_BYTES) throw new RangeError(`A message may have ${MAX_MESSAGE_BYTES} bytes, not ${size}.`);
    const last = batches.at(-1);
    if (last && last.length < MAX_BATCH_MESSAGES && bytes + size <= MAX_BATCH_BYTES) {
      last.push(message);
      bytes += size;
    } else {
      batches.push([message]);
      bytes = size;
    }
  }
  return batches;
}

/** Sends messages, each at least once. @throws what the binding throws */
export async function sendAll(queue: Queue<ChunkMessage>, messages: readonly ChunkMessage[]): Promise<void> {
  for (const batch of batchesOf(messages)) await queue.sendBatch(batch.map((body) => ({ body, contentType: "json" })));
}
