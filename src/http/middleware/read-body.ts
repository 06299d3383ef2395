import { RequestFailure } from "../../errors.ts";

/**
 * The bytes of a request's body.
 *
 * @throws RequestFailure `body-too-large` beyond `maxBytes`; `body-too-slow` when the whole body has not arrived after `limitMs`
 */
export async function readBody({ body, headers }: Request, maxBytes: number, limitMs: number): Promise<Uint8Array> {
  if (!body) return new Uint8Array();
  if (Number(headers.get("Content-Length")) > maxBytes) throw new RequestFailure({ kind: "body-too-large" });
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader();
  const deadline = failAfter(limitMs);
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), deadline.failure]);
      if (done) return join(parts, length);
      length += value.length;
      if (length > maxBytes) throw new RequestFailure({ kind: "body-too-large" });
      parts.push(value);
    }
  } catch (error) {
    reader.cancel().catch(() => undefined); // the client is told what is wrong; nobody waits for the rest of its body
    throw error;
  } finally {
    deadline.clear();
  }
}

/** A promise that fails after `limitMs` unless it is cleared. */
function failAfter(limitMs: number) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const failure = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new RequestFailure({ kind: "body-too-slow" })), limitMs);
  });
  return { failure, clear: () => clearTimeout(timer) };
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
