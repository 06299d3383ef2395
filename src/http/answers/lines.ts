import { TIMED_OUT, within } from "../../within.ts";

/** A line of a body, or why it could not be read. */
export type Line = { number: number } & ({ text: string } | { failure: LineFailure });

/** `body-too-slow` ends the lines: nothing came for too long. */
type LineFailure = "line-too-long" | "line-not-utf8" | "body-too-slow";

interface LineLimits {
  /** Bytes of a line. */
  maxBytes: number;
  /** How long a client may send nothing while its next bytes are waited for. */
  idleMs: number;
}

const NEWLINE = 0x0a;

/**
 * The lines of a stream of bytes that are not blank, numbered from 1, blank ones too. Each is held only until the next is asked
 * for, and the stream is read only then.
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
    reader.cancel().catch(() => undefined); // whoever left does not hear how the rest of the body ends
  }
}

type Content = { text: string } | { failure: LineFailure };

function isBlank(content: Content): boolean {
  return "text" in content && content.text === "";
}

/** Collects the bytes of one line, and none past the limit. */
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
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes).trim() };
  } catch {
    return { failure: "line-not-utf8" };
  }
}

/**
 * A body of lines, each made when there is room for it. When whoever reads it leaves, so does what makes the lines, and with
 * it what those are made from.
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
