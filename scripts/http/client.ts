import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

/** A request as it goes over the wire. */
export interface HttpRequest {
  method: string;
  /** Path and query, as in the request line. */
  target: string;
  headers?: readonly (readonly [name: string, value: string])[];
  body?: Uint8Array;
  /** Bytes of each chunk of the body except the last. If absent, the body is sent as a whole, with its length. */
  chunks?: readonly number[];
}

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** Without its content coding. */
  body: Buffer;
  /** From the request to the last byte. */
  ms: number;
}

/** There was no answer: the time was over, or the connection broke. */
export class NoAnswer extends Error {}

/** Sends requests to one service over persistent connections. It uses Node's own HTTP client, because `fetch` refuses half of these requests. */
export function createClient(url: URL, deadlineMs: number) {
  const agent = new Agent({ keepAlive: true });
  return {
    /** @throws NoAnswer */
    async send(each: HttpRequest): Promise<HttpAnswer> {
      try {
        return await sendOnce(each);
      } catch (error) {
        // The server closed an idle connection. HTTP permits a retry.
        if (error instanceof NoAnswer && error.cause === STALE) return sendOnce(each);
        throw error;
      }
    },
    close: () => agent.destroy(),
  };

  function sendOnce({ method, target, headers = [], body, chunks }: HttpRequest): Promise<HttpAnswer> {
    const start = performance.now();
    return new Promise((resolve, reject) => {
      const { hostname, port } = url;
      // A list is sent as it is, including repeated names.
      const sent = [["Host", url.host], ...headers, ...lengthOf(body, chunks)].flat();
      const asked = request({ agent, hostname, port, method, path: target, headers: sent });
      const late = setTimeout(() => {
        reject(new NoAnswer(`There is no answer after ${deadlineMs} ms.`));
        asked.destroy();
      }, deadlineMs);
      asked.on("response", (response) => {
        read(response)
          .then((bytes) => ({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: bytes,
            ms: performance.now() - start,
          }))
          .then(resolve, (cause) => reject(new NoAnswer("The answer broke off.", { cause })))
          .finally(() => clearTimeout(late));
      });
      asked.on("error", (cause: NodeJS.ErrnoException) => {
        clearTimeout(late);
        const stale = asked.reusedSocket && cause.code === "ECONNRESET";
        reject(new NoAnswer(`The connection broke: ${cause.message}`, { cause: stale ? STALE : cause }));
      });
      let from = 0;
      for (const size of chunks ?? []) {
        asked.write(body?.subarray(from, from + size) ?? "");
        from += size;
      }
      asked.end(body?.subarray(from));
    });
  }
}

function lengthOf(body: HttpRequest["body"], chunks: HttpRequest["chunks"]): [string, string][] {
  if (!body) return [];
  return [chunks ? ["Transfer-Encoding", "chunked"] : ["Content-Length", String(body.length)]];
}

const STALE = Symbol("stale connection");

async function read(response: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part);
  const bytes = Buffer.concat(parts);
  if (bytes.length === 0) return bytes;
  switch (response.headers["content-encoding"]) {
    case "gzip":
      return gunzipSync(bytes);
    case "br":
      return brotliDecompressSync(bytes);
    default:
      return bytes;
  }
}
