/** `bertweet-edge serve`: the service in Node, without an account. docs/serving.md explains it. */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { STOP_LIMIT_MS } from "../src/limits.ts";
import { runCommand } from "./lib/command.ts";
import { Refusal } from "./lib/refusal.ts";
import { createFront } from "./serve/front.ts";
import { createShared } from "./serve/shared.ts";
import { openPlace, ThreadFailure, type ThreadPlace } from "./serve/thread.ts";
import { readVariables } from "./serve/variables.ts";

const MAX_THREADS = 256;

const help = `Answers over HTTP on this machine, as the Worker does.

  bertweet-edge serve [options]

  --bundle DIR|URL  the folder of a model; may be given several times; default: models/bertweet-mini
  --port PORT       default: 8787; 0 takes a free one
  --host HOST       the address to listen on; default: 127.0.0.1, which only this machine can reach
  --threads N       each has an engine and a model of its own; default: one for each core
  --help            print this

The variables of wrangler.toml are read from the environment: AUTH, RATE_LIMIT, CORS_ORIGINS, QUEUE_LIMIT_MS, METRICS_ENDPOINT and
MEMORY_BUDGET_MB (of a thread); also API_KEY_HASHES or API_KEY_HASHES_FILE, RATE_LIMIT_REQUESTS (a minute) and CLIENT_ADDRESS_HEADER.
SIGTERM stops it when the open requests are answered, SIGHUP reads the file of keys again.
`;

const options = {
  bundle: { type: "string", multiple: true, default: ["models/bertweet-mini"] as string[] },
  port: { type: "string", default: "8787" },
  host: { type: "string", default: "127.0.0.1" },
  threads: { type: "string", default: String(availableParallelism()) },
} as const;

await runCommand({ help, options, allowPositionals: false }, async ({ values }) => {
  const port = wholeNumber("--port", values.port, 0, 65_535);
  const threads = wholeNumber("--threads", values.threads, 1, MAX_THREADS);
  const cores = availableParallelism();
  if (threads > cores) console.error(`${threads} threads share ${cores} cores: answers take longer, not less.`);
  const variables = await readVariables(process.env);

  const places: ThreadPlace[] = [];
  const front = createFront({ places, addressHeader: variables.CLIENT_ADDRESS_HEADER.toLowerCase() });
  await listen(front, port, values.host);
  const folder = await mkdtemp(join(tmpdir(), "bertweet-edge-")); // only this user can open it
  const shared = createShared(Number(variables.RATE_LIMIT_REQUESTS));
  const close = async () => {
    await Promise.all(places.map((place) => place.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  stopOnSignal(front, close);
  process.on("SIGHUP", () => {
    readVariables(process.env).then(
      (read) => {
        for (const place of places) place.configure(read);
      },
      (error) => console.error(error.message), // the keys from before hold on
    );
  });

  const settings = { bundles: values.bundle, variables };
  const opening = Array.from({ length: threads }, async (_, index) => {
    places.push(await openPlace(String(index), folder, settings, shared));
  });
  await Promise.all(opening).catch(async (error) => {
    await close();
    throw error instanceof ThreadFailure ? new Refusal(error.message) : error;
  });
  const host = values.host.includes(":") ? `[${values.host}]` : values.host;
  console.log(`bertweet-edge answers at http://${host}:${(front.address() as AddressInfo).port} (threads: ${threads})`);
});

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= least && number <= most))
    throw new Refusal(`${option} must be a whole number from ${least} to ${most}.`);
  return number;
}

async function listen(front: Server, port: number, host: string): Promise<void> {
  front.listen(port, host);
  await once(front, "listening").catch((error: NodeJS.ErrnoException) => {
    const why = { EADDRINUSE: "is in use", EACCES: "is not allowed", EADDRNOTAVAIL: "is not of this machine" };
    throw new Refusal(`${host}:${port} ${why[error.code as keyof typeof why] ?? `can't be used (${error.code})`}.`);
  });
}

/** Stops accepting, finishes what is open for STOP_LIMIT_MS at most, and ends. A second signal ends at once. */
function stopOnSignal(front: Server, close: () => Promise<void>): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(1);
    stopping = true;
    front.closeIdleConnections();
    const closed = new Promise<boolean>((resolve) => front.close(() => resolve(true)));
    const late = new Promise<boolean>((resolve) => setTimeout(resolve, STOP_LIMIT_MS, false));
    const finished = await Promise.race([closed, late]);
    if (!finished) console.error(`Some requests were not answered within ${STOP_LIMIT_MS} ms.`);
    await close();
    process.exit(finished ? 0 : 1);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, stop);
}
