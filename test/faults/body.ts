import type { Fault } from "./fault.ts";

/** Longer than any test. A pending timer keeps workerd from ending the request because nothing could ever settle it. */
const FOREVER_MS = 86_400_000;

/** A promise that never settles, as that of a connection that is open and silent. */
export async function hang(): Promise<never> {
  for (;;) await scheduler.wait(FOREVER_MS);
}

/**
 * The body with a fault in it, again as one of workerd's own byte streams.
 *
 * @param length bytes of the body as it should be
 */
export function damage(body: ReadableStream<Uint8Array>, fault: Fault, length: number): ReadableStream<Uint8Array> {
  const { readable, writable } = new IdentityTransformStream();
  void pump(damaged(body, fault, length), writable.getWriter());
  return readable;
}

async function pump(chunks: AsyncIterable<Uint8Array>, writer: WritableStreamDefaultWriter<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of chunks) await writer.write(chunk);
    await writer.close();
  } catch (error) {
    // The reader sees it as the body's error; where the reader itself has left, there is nobody to tell.
    await writer.abort(error).catch(() => {});
  }
}

async function* damaged(body: ReadableStream<Uint8Array>, fault: Fault, length: number): AsyncGenerator<Uint8Array> {
  switch (fault.kind) {
    case "doubled": {
      const bytes = new Uint8Array(await new Response(body).arrayBuffer());
      yield bytes;
      yield bytes;
      return;
    }
    case "flipped": {
      const [before, after] = split(body, fault.afterBytes ?? Math.floor(length / 2));
      yield* before;
      const { value } = await after.next();
      if (!value) return;
      const copy = value.slice();
      copy[0] = (copy[0] as number) ^ 1;
      yield copy;
      yield* after;
      return;
    }
    case "truncated":
    case "reset":
    case "hanging": {
      const [before] = split(body, fault.afterBytes ?? Math.floor(length / 2));
      yield* before;
      if (fault.kind === "reset") throw new Error("The connection to the bucket was reset.");
      if (fault.kind === "hanging") await hang();
      return;
    }
    case "slow":
      for await (const chunk of body) {
        if (fault.bytesPerSecond) await scheduler.wait((1_000 * chunk.length) / fault.bytesPerSecond);
        yield chunk;
      }
      return;
    case "missing":
    case "empty":
    case "throwing":
      throw new TypeError(`An object that is ${fault.kind} has no body to damage.`);
  }
}

/** The chunks up to byte number `at`, and those from there on, which are to be asked for last. */
function split(body: ReadableStream<Uint8Array>, at: number): [AsyncGenerator<Uint8Array>, AsyncGenerator<Uint8Array>] {
  const chunks = body.values();
  let rest: Uint8Array | undefined;
  async function* before() {
    for (let left = at; left > 0; ) {
      const { value, done } = await chunks.next();
      if (done) return;
      const taken = value.subarray(0, left);
      left -= taken.length;
      if (taken.length < value.length) rest = value.subarray(taken.length);
      yield taken;
    }
  }
  async function* after() {
    if (rest) yield rest;
    for (;;) {
      const { value, done } = await chunks.next();
      if (done) return;
      yield value;
    }
  }
  return [before(), after()];
}
