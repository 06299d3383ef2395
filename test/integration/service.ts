import { afterAll, beforeAll } from "vitest";
import { createTestHarness, type TestHarnessOptions } from "wrangler";
import { seed } from "../../scripts/seed.ts";

export const BUNDLE = "models/bertweet-mini";

interface ServiceOptions {
  seeded: boolean;
  /** The Workers that are joined, the one that answers HTTP first; by default the one of wrangler.toml. */
  workers?: TestHarnessOptions["workers"];
  vars?: Partial<Record<keyof Env, string>>;
  secrets?: Record<string, string>;
}

/** The Worker as `wrangler deploy` would send it, in real workerd with an R2 of its own; started and stopped by the test file. */
export function startService({ seeded, workers, vars, secrets }: ServiceOptions) {
  const server = createTestHarness({ workers: workers ?? [{ configPath: "wrangler.toml", vars, secrets }] });
  let address: URL | undefined;
  const service = {
    /** Where the service listens, for what speaks HTTP by itself. */
    url: (path: string) => new URL(path, address).href,
    logs: () => server.getLogs(),
    /** One of several Workers by its name, without the others in front of it. */
    worker: (name: string) => server.getWorker(name),
    bucket: async () => (await server.getWorker<Env>().getEnv()).MODELS,
    get: (path: string, init?: RequestInit) => server.fetch(path, init as never),
    post: (path: string, body: unknown, headers: Record<string, string> = {}) =>
      server.fetch(path, {
        method: "POST",
        body: typeof body === "string" ? body : JSON.stringify(body),
        headers: { "Content-Type": "application/json", ...headers },
      }),
  };
  beforeAll(async () => {
    address = (await server.listen()).url;
    if (seeded) await seed(await service.bucket(), BUNDLE);
  });
  afterAll(() => server.close());
  return service;
}
