import { RequestFailure } from "../../errors.ts";
import { TIMED_OUT, within } from "../../within.ts";

/**
 * The bytes of a request's body.
 *
 * @throws RequestFailure `body-too-large` beyond `maxBytes`; `body-too-slow` if the whole body has not arrived after `limitMs`;
 *   `invalid-request` if the client aborts it
 */
export async function readBody({ body, headers }: Request, maxBytes: number, limitMs: number): Promise<Uint8Array> {
  if (!body) return new Uint8Array();
  if (Number(headers.get("Content-Length")) > maxBytes) throw new RequestFailure({ kind: "body-too-large" });
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader();
  try {
    const bytes = await within(readAll(reader, maxBytes), limitMs);
    if (bytes === TIMED_OUT) throw new RequestFailure({ kind: "body-too-slow" });
    return bytes;
  } catch (error) {
    reader.cancel().catch(() => undefined); // nobody waits for the rest of a body that is refused
    throw error;
  }
}

async function readAll(reader: ReadableStreamDefaultReader<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(breakOff);
    if (done) return join(parts, length);
    length += value.length;
    if (length > maxBytes) throw new RequestFailure({ kind: "body-too-large" });
    parts.push(value);
  }
}

/** The client disconnected before its body was complete. This is not logged. */
function breakOff(cause: unknown): never {
  const errors = [{ pointer: "", detail: "The body ended before it was complete." }];
  throw new RequestFailure({ kind: "invalid-request", errors }, { cause });
}

function join(parts: Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
