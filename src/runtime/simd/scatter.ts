/** A part of a byte stream, and the function that takes it, in pieces of any size. */
export interface StreamPart {
  offset: number;
  length: number;
  sink(bytes: Uint8Array): void;
}

/**
 * Passes the parts of a byte stream to their sinks as they arrive. Reads to the end, so that a hash check on the
 * way sees every byte.
 *
 * @param parts in any order; they must not overlap
 * @returns the first incomplete part, if the stream is too short
 */
export async function scatter<Part extends StreamPart>(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  parts: Part[],
): Promise<Part | undefined> {
  const waiting = parts.toSorted((a, b) => a.offset - b.offset);
  let next = 0;
  let position = 0;
  for await (const chunk of chunks) {
    const end = position + chunk.length;
    for (let part = waiting[next]; part && part.offset < end; part = waiting[next]) {
      const partEnd = part.offset + part.length;
      part.sink(chunk.subarray(Math.max(part.offset - position, 0), partEnd - position));
      if (partEnd > end) break;
      next++;
    }
    position = end;
  }
  return waiting[next];
}
