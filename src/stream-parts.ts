/**
 * The parts of a byte stream as they arrive. The stream is cancelled when its reader stops early. There is no `for await` over the stream
 * itself, because WebKit's streams are not async iterable.
 */
export async function* streamParts(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => undefined); // nobody needs the rest
  }
}
