import type { Fault } from "./fault.ts";
import { type Link, openLink, sharedLink } from "./link.ts";

/** Longer than any test. A pending timer keeps workerd from ending the request because nothing could ever settle it. */
const FOREVER_MS = 86_400_000;

const SLOW_PART_BYTES = 65_536;

/** A promise that never settles, like that of an open but silent connection. */
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
    case "slow": {
      const { bytesPerSecond: rate = Number.POSITIVE_INFINITY, shared } = fault;
      yield* slowed(body, shared ? sharedLink(rate) : openLink(rate));
      return;
    }
    case "missing":
    case "empty":
    case "throwing":
      throw new TypeError(`An object that is ${fault.kind} has no body to damage.`);
  }
}

/** Uses large parts, because thousands of small ones would take more time than the simulated link. */
async function* slowed(body: ReadableStream<Uint8Array>, link: Link): AsyncGenerator<Uint8Array> {
  const reader = body.getReader({ mode: "byob" });
  for (;;) {
    const { value, done } = await reader.readAtLeast(SLOW_PART_BYTES, new Uint8Array(SLOW_PART_BYTES));
    if (done) return;
    await link.carry(value.length);
    yield value;
  }
}

/** The chunks before byte number `at`, and the chunks from there on. Read the first ones first. */
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
