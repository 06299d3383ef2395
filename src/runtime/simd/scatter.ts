/** A part of a byte stream and who takes it, in pieces of any size. */
export interface StreamPart {
  offset: number;
  length: number;
  sink(bytes: Uint8Array): void;
}

/**
 * Hands the parts of a byte stream to their sinks as they pass by. Reads to the end, so that whoever checks a hash on the
 * way sees every byte.
 *
 * @param parts in any order; they must not overlap
 * @returns the first part that the stream ended before or in, if any
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
