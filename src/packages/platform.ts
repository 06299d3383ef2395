import { config } from "zod";

/*
 * The parts of workerd that the Worker's code uses, for other runtimes. When scripts/build.ts builds `bertweet-edge/model`, it replaces
 * `crypto.DigestStream`, `scheduler.wait`, `caches.default` and `cloudflare:workers` with these.
 */

// zod must not compile schemas: a page may forbid `eval`, and browsers report each attempt. This runs before any schema is made.
config({ jitless: true });

/** Computes the digest of the bytes that are written to it. `crypto.subtle` takes all bytes at once, so they are kept until the end. */
export class DigestStream {
  readonly digest: Promise<ArrayBuffer>;
  readonly #algorithm: string;
  readonly #parts: Uint8Array<ArrayBuffer>[] = [];
  #finish: (digest: Promise<ArrayBuffer>) => void = () => {};

  constructor(algorithm: string) {
    this.#algorithm = algorithm;
    this.digest = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  getWriter() {
    return {
      write: async (part: Uint8Array) => {
        this.#parts.push(part.slice());
      },
      close: async () => {
        const bytes = await new Blob(this.#parts.splice(0)).arrayBuffer();
        this.#finish(crypto.subtle.digest(this.#algorithm, bytes));
      },
    };
  }
}

export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** An empty cache, because there is no data centre with copies of files. */
export const emptyCache = { match: async () => undefined, delete: async () => false };

const span = { setAttributes() {} };

/** Traces nothing. */
export const tracing = {
  enterSpan: <T>(_name: string, work: (open: typeof span) => T): T => work(span),
};
