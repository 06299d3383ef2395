import { TIMED_OUT, within } from "../../within.ts";

/** A line of a body, or why it could not be read. */
export type Line = { number: number } & ({ text: string } | { failure: LineFailure });

/** `body-too-slow` ends the stream: nothing arrived for too long. */
type LineFailure = "line-too-long" | "line-not-utf8" | "body-too-slow";

interface LineLimits {
  /** Bytes of a line. */
  maxBytes: number;
  /** How long the service waits for the client's next bytes. */
  idleMs: number;
}

const NEWLINE = 0x0a;

/**
 * The non-blank lines of a byte stream as they were sent, without the line feed. Numbers start at 1 and count blank lines too. Only one
 * line is held at a time: the stream is read further when the next line is requested.
 */
export async function* readLines(body: ReadableStream<Uint8Array> | null, limits: LineLimits): AsyncGenerator<Line> {
  if (!body) return;
  const pending = lineBuffer(limits.maxBytes);
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader();
  let number = 1;
  try {
    for (;;) {
      const read = await within(reader.read(), limits.idleMs);
      if (read === TIMED_OUT) return yield { number, failure: "body-too-slow" };
      if (read.done) break;
      let from = 0;
      for (let at = read.value.indexOf(NEWLINE); at >= 0; at = read.value.indexOf(NEWLINE, from)) {
        pending.add(read.value.subarray(from, at));
        const line = pending.take();
        if (!isBlank(line)) yield { number, ...line };
        number++;
        from = at + 1;
      }
      pending.add(read.value.subarray(from));
    }
    const last = pending.take();
    if (!isBlank(last)) yield { number, ...last };
  } finally {
    reader.cancel().catch(() => undefined); // after a disconnect nobody needs the result of the cancellation
  }
}

type Content = { text: string } | { failure: LineFailure };

function isBlank(content: Content): boolean {
  return "text" in content && content.text.trim() === "";
}

/** Collects the bytes of one line, up to the limit. */
function lineBuffer(maxBytes: number) {
  let parts: Uint8Array[] = [];
  let length = 0;
  return {
    add(part: Uint8Array) {
      length += part.length;
      if (length <= maxBytes) parts.push(part.slice());
      else parts = [];
    },
    take(): Content {
      const whole = length <= maxBytes;
      const bytes = new Uint8Array(whole ? length : 0);
      let at = 0;
      for (const part of parts) {
        bytes.set(part, at);
        at += part.length;
      }
      parts = [];
      length = 0;
      return whole ? decode(bytes) : { failure: "line-too-long" };
    },
  };
}

function decode(bytes: Uint8Array): Content {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { failure: "line-not-utf8" };
  }
}

/**
 * A response body of lines. Each line is made when the body has room for it. When the reader disconnects, the generator of the lines
 * ends too, and with it the stream that it reads.
 */
export function writeLines(lines: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await lines.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(`${value}\n`));
    },
    async cancel() {
      await lines.return(undefined);
    },
  });
}
