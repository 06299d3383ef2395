import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What becomes of a stream in place of the service's own answer. */
export type StreamFault =
  /** The service is not asked. */
  | { kind: "status"; status: number; retryAfter?: number }
  /** The connection ends after so many bytes of the answer. */
  | { kind: "cut"; afterBytes: number }
  /** The answer ends properly after so many bytes, as if all were said. */
  | { kind: "short"; afterBytes: number }
  /** Nothing more comes after so many bytes. */
  | { kind: "hang"; afterBytes: number }
  /** In place of the answer of this line the service says that it is busy, and answers the rest. */
  | { kind: "busy"; line: number };

const BUSY = {
  type: "/problems/overloaded",
  status: 503,
  title: "Busy",
  detail: "The service is busy.",
  retry_after: 2,
};

/** An HTTP proxy in front of a service. Each stream takes the next of the faults; what follows gets through. */
export async function startFaultyProxy(target: string, faults: StreamFault[]) {
  /** When each stream was asked for, and when all had been said that it got. */
  const streams: { askedAt: number; saidAt: number }[] = [];
  const server = createServer((request, response) => {
    relay(request, response).catch(() => response.destroy());
  });
  async function relay(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await new Response(request as never).text();
    const isStream = request.url?.endsWith("/stream");
    const stream = { askedAt: Date.now(), saidAt: 0 };
    if (isStream) streams.push(stream);
    const fault = isStream ? faults.shift() : undefined;
    if (fault?.kind === "status") {
      stream.saidAt = Date.now();
      response.writeHead(fault.status, fault.retryAfter ? { "Retry-After": String(fault.retryAfter) } : {}).end();
      return;
    }
    const answer = await fetch(new URL(request.url as string, target), {
      method: "POST",
      headers: { "Content-Type": request.headers["content-type"] as string },
      body,
    });
    const whole = Buffer.from(await answer.arrayBuffer());
    stream.saidAt = Date.now();
    response.writeHead(answer.status, { "Content-Type": answer.headers.get("Content-Type") as string });
    if (!fault) return void response.end(whole);
    if (fault.kind === "busy") {
      const lines = whole.toString().trimEnd().split("\n");
      lines[fault.line - 1] = JSON.stringify({ line: fault.line, error: BUSY });
      return void response.end(`${lines.join("\n")}\n`);
    }
    const part = whole.subarray(0, fault.afterBytes);
    if (part.length === 0) response.flushHeaders();
    if (fault.kind === "short") return void response.end(part);
    response.write(part, () => fault.kind === "cut" && response.destroy());
  }
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    streams,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
