import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { type Failure, problemOf, toProblem } from "../../src/errors.ts";
import { MAX_HEAD_BYTES, REFUSED_BODY_LIMIT_MS } from "../../src/limits.ts";
import { joinMetrics } from "./metrics.ts";
import type { ThreadPlace } from "./thread.ts";

/** Headers about one connection. Those between client and front differ from those between front and thread. */
const OF_THE_CONNECTION = new Set(["connection", "keep-alive", "proxy-connection", "upgrade", "te", "expect"]);

const AGENT = new Agent({ keepAlive: true });

/** Headers about the length of a body. */
const OF_THE_LENGTH = new Set(["content-length", "transfer-encoding"]);

interface ThreadMetrics {
  name: string;
  text: string;
  headers: string[];
}

interface FrontSettings {
  places: readonly ThreadPlace[];
  /** The header in which a trusted proxy tells the client's address, in lower case; "" for the connection's own. */
  addressHeader: string;
}

/**
 * Takes all requests and passes each to the thread with the fewest open ones. Bodies and answers go through as they come, so a slow
 * reader slows down what is computed for it. If the client leaves, so does the request to the thread.
 */
export function createFront({ places, addressHeader }: FrontSettings): Server {
  const answer = async (asked: IncomingMessage, answered: ServerResponse) => {
    const isMetrics = asked.method === "GET" && /^\/metrics(\?|$)/.test(asked.url ?? "");
    if (isMetrics) await answerMetrics(asked, answered);
    else passOn(asked, answered, leastBusy(places));
  };

  async function answerMetrics(asked: IncomingMessage, answered: ServerResponse): Promise<void> {
    const running = places.filter((place) => place.socketPath());
    const read = await Promise.all(running.map((place) => readAnswer(asked, place)));
    const found = read.filter((each) => each !== undefined);
    // Without metrics all threads answer the same: they are off, or the key is wrong.
    if (found.length === 0) {
      passOn(asked, answered, leastBusy(places));
      return;
    }
    answered.writeHead(200, found[0]?.headers);
    answered.end(joinMetrics(new Map(found.map(({ name, text }) => [name, text]))));
  }

  function optionsOf(asked: IncomingMessage, { socketPath }: ThreadPlace) {
    const address = (addressHeader && asked.headers[addressHeader]) || asked.socket.remoteAddress || "local";
    const headers = headersOf(asked.rawHeaders, (name) => name !== "cf-connecting-ip");
    headers.push("CF-Connecting-IP", String(address));
    if (asked.headers.host === undefined) headers.push("Host", "localhost"); // HTTP/1.0, such as a health check of a proxy
    const path = asked.url ?? "/";
    return { socketPath: socketPath(), method: asked.method, path, headers, agent: AGENT, setHost: false };
  }

  /** A thread's metrics with their headers; undefined if it gives none. */
  function readAnswer(asked: IncomingMessage, place: ThreadPlace): Promise<ThreadMetrics | undefined> {
    return new Promise((resolve) => {
      const passed = request(optionsOf(asked, place), async (response) => {
        const parts: Buffer[] = await response.toArray().catch(() => []);
        const headers = headersOf(response.rawHeaders, (name) => !OF_THE_LENGTH.has(name));
        const text = Buffer.concat(parts).toString();
        resolve(response.statusCode === 200 ? { name: place.name, text, headers } : undefined);
      });
      passed.on("error", () => resolve(undefined)).end();
    });
  }

  function passOn(asked: IncomingMessage, answered: ServerResponse, place: ThreadPlace | undefined): void {
    if (!place) {
      refuse(answered, { kind: "model-unavailable", reason: "No thread has loaded its model yet." });
      return;
    }
    place.open++;
    const passed = request(optionsOf(asked, place), (response) => {
      answered.writeHead(response.statusCode as number, headersOf(response.rawHeaders));
      pipeline(response, answered, () => {}); // an answer that breaks off breaks off for the client, too
    });
    passed.on("error", () => {
      asked.unpipe(passed);
      if (answered.writableEnded) return; // it refused the body, and closed the connection on which it came
      if (answered.headersSent) answered.destroy();
      else refuse(answered, { kind: "model-unavailable", reason: "The thread that worked on the answer ended." });
    });
    answered.on("close", () => {
      place.open--;
      if (!answered.writableFinished) passed.destroy();
    });
    answered.on("finish", () => {
      asked.unpipe(passed);
      dropRest(asked);
    });
    asked.on("error", () => passed.destroy()); // the client left in the middle of its body
    asked.pipe(passed);
  }

  const settings = { maxHeaderSize: MAX_HEAD_BYTES, requestTimeout: 0 }; // the service itself has a deadline for bodies
  return createServer(settings, (asked, answered) => void answer(asked, answered));
}

/** Reads on what is left of a refused body, so that the connection can be used again; closes it if that takes too long. */
function dropRest(asked: IncomingMessage): void {
  if (asked.complete) return;
  const timer = setTimeout(() => asked.socket.destroy(), REFUSED_BODY_LIMIT_MS);
  asked.on("close", () => clearTimeout(timer)).resume();
}

function leastBusy(places: readonly ThreadPlace[]): ThreadPlace | undefined {
  return places.filter((place) => place.socketPath()).sort((a, b) => a.open - b.open)[0];
}

/** Raw headers, names and values in turn, without those of the connection. */
function headersOf(raw: readonly string[], isWanted: (name: string) => boolean = () => true): string[] {
  const kept: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    const [name, value] = raw.slice(at, at + 2) as [string, string];
    const lower = name.toLowerCase();
    if (!OF_THE_CONNECTION.has(lower) && isWanted(lower)) kept.push(name, value);
  }
  return kept;
}

function refuse(answered: ServerResponse, failure: Failure): void {
  if (answered.destroyed) return;
  const { status, headers } = toProblem(failure);
  const instance = `urn:request:${crypto.randomUUID()}`;
  answered.writeHead(status, { ...headers, "Content-Type": "application/problem+json", "Cache-Control": "no-store" });
  answered.end(JSON.stringify({ ...problemOf(failure), instance }));
}
