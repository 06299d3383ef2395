/** A line of a body; `text` is absent when the line is longer than allowed or not UTF-8. */
export interface Line {
  /** Counted from 1, blank lines too. */
  number: number;
  text: string | undefined;
}

const NEWLINE = 0x0a;

/** The lines of a stream of bytes that are not blank, each held only until the next is asked for. */
export async function* readLines(body: ReadableStream<Uint8Array> | null, maxLineBytes: number): AsyncGenerator<Line> {
  const pending = lineBuffer(maxLineBytes);
  let number = 0;
  for await (const chunk of body ?? []) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      pending.add(chunk.subarray(from, at));
      number++;
      const text = pending.take();
      if (text !== "") yield { number, text };
      from = at + 1;
    }
    pending.add(chunk.subarray(from));
  }
  const text = pending.take();
  if (text !== "") yield { number: number + 1, text };
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
    take(): string | undefined {
      const bytes = new Uint8Array(length <= maxBytes ? length : 0);
      let at = 0;
      for (const part of parts) {
        bytes.set(part, at);
        at += part.length;
      }
      const whole = length <= maxBytes;
      parts = [];
      length = 0;
      return whole ? decode(bytes) : undefined;
    },
  };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes).trim();
  } catch {
    return undefined;
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
