import { afterAll, beforeAll } from "vitest";
import { createTestHarness, type TestHarnessOptions } from "wrangler";
import { seed } from "../../scripts/seed.ts";
import { startServe } from "../node/serve.ts";

export const BUNDLE = "models/bertweet-mini";

/** Whether the services of this project run in Node, by `bertweet-edge serve`, and not in workerd. Set in vitest.config.ts. */
export const inNode = process.env.TEST_PLATFORM === "node";

interface ServiceOptions {
  seeded: boolean;
  /** The Workers that are joined, the one that answers HTTP first; by default the one of wrangler.toml. */
  workers?: TestHarnessOptions["workers"];
  vars?: Partial<Record<keyof Env, string>>;
  secrets?: Record<string, string>;
}

/**
 * The Worker as `wrangler deploy` would send it, in real workerd with an R2 of its own; started and stopped by the test file. In the project
 * `node`, `bertweet-edge serve` with the same variables.
 */
export function startService(options: ServiceOptions) {
  const { start, stop, ...service } = createService(options);
  beforeAll(start);
  afterAll(stop);
  return service;
}

const shared = createService({ seeded: true });
let sharedStart: Promise<void> | undefined;

/**
 * The service as wrangler.toml configures it. All files that a process runs one after another share it, so it may have been asked
 * anything before. It ends with the process.
 */
export function useService() {
  beforeAll(() => {
    sharedStart ??= shared.start();
    return sharedStart;
  });
  const { url, get, post } = shared;
  return { url, get, post };
}

function createService({ seeded, workers, vars, secrets }: ServiceOptions) {
  const engine = process.env.TEST_ENGINE; // of a project in vitest.config.ts; by default wrangler.toml's
  const worker = { configPath: "wrangler.toml", vars: { ...(engine && { ENGINE: engine }), ...vars }, secrets };
  const server = createTestHarness({ workers: workers ?? [worker] });
  let address: URL | undefined;
  let served: Awaited<ReturnType<typeof startServe>> | undefined;
  const send = (path: string, init?: RequestInit) =>
    inNode
      ? fetch(`${address?.origin}${path}`, init)
      : (server.fetch(path, init as never) as unknown as Promise<Response>);
  const service = {
    /** Where the service listens, for what speaks HTTP by itself. */
    url: (path: string) => new URL(path, address).href,
    logs: () => (inNode ? (served?.lines ?? []) : server.getLogs()) as ReturnType<typeof server.getLogs>,
    /** One of several Workers by its name, without the others in front of it. */
    worker: (name: string) => server.getWorker(name),
    bucket: async () => (await server.getWorker<Env>().getEnv()).MODELS,
    get: send,
    post: (path: string, body: unknown, headers: Record<string, string> = {}) =>
      send(path, {
        method: "POST",
        body: typeof body === "string" ? body : JSON.stringify(body),
        headers: { "Content-Type": "application/json", ...headers },
      }),
  };
  return {
    ...service,
    async start() {
      if (inNode) {
        // As behind a proxy, so that a test can be several clients.
        const variables = { CLIENT_ADDRESS_HEADER: "CF-Connecting-IP", ...vars, ...secrets } as Record<string, string>;
        served = await startServe({ variables });
        address = served.address;
        return;
      }
      address = (await server.listen()).url;
      if (seeded) await seed(await service.bucket(), BUNDLE);
    },
    stop: async () => void (await (served ? served.stop() : server.close())),
  };
}
