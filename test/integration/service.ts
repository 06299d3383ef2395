import { afterAll, beforeAll } from "vitest";
import { createTestHarness } from "wrangler";
import { seed } from "../../scripts/seed.ts";

export const BUNDLE = "models/bertweet-mini";

/** The Worker as `wrangler deploy` would send it, in real workerd with an R2 of its own; started and stopped by the test file. */
export function startService({ seeded, vars = {} }: { seeded: boolean; vars?: Partial<Record<keyof Env, string>> }) {
  const server = createTestHarness({ workers: [{ configPath: "wrangler.toml", vars }] });
  const service = {
    logs: () => server.getLogs(),
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
    await server.listen();
    if (seeded) await seed(await service.bucket(), BUNDLE);
  });
  afterAll(() => server.close());
  return service;
}
