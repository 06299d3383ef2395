import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { experimental_readRawConfig } from "wrangler";
import { seed } from "../../scripts/seed.ts";
import { DEFAULTS } from "../../src/packages/defaults.ts";
import { BUNDLE, startService } from "../integration/service.ts";

const COMPATIBILITY = "2026-11-17";
const TEXT = "Off to Berlin with @anna 😍";

const CODE = `
import { Hono } from "hono";
import { bertweetEdge } from "bertweet-edge/worker";

const app = new Hono();
app.get("/", (c) => c.text("mine"));
app.route("/tweets", bertweetEdge());
export default app;
export { BertweetEdge } from "bertweet-edge/worker";
`;

describe("the app, mounted in another", () => {
  const project = inject("project");
  const own = startService({ seeded: true, vars: { ENGINE: "simd" } });
  const main = join(project, "own.ts");
  writeFileSync(main, CODE);
  const service = startService({
    seeded: false,
    workers: [
      {
        config: {
          name: "own",
          main,
          compatibility_date: COMPATIBILITY,
          r2_buckets: [{ binding: "MODELS", bucket_name: "models" }],
        },
      },
      {
        config: {
          name: "caller",
          main: "test/integration/rpc_worker.ts",
          compatibility_date: COMPATIBILITY,
          services: [{ binding: "BERTWEET", service: "own", entrypoint: "BertweetEdge" }],
        },
      },
    ] as never,
  });

  beforeAll(async () => {
    await seed(((await service.worker("own").getEnv()) as unknown as Env).MODELS, BUNDLE);
  });

  test("answers below its path as the service does, without a variable set", async () => {
    const query = `?${new URLSearchParams({ text: TEXT })}`;
    for (const path of ["/v1/sentiment", "/v1/analyze", "/v1/embed", "/v1/tokenize"]) {
      const [wanted, found] = [await own.get(path + query), await service.get(`/tweets${path}${query}`)];
      expect(await found.text()).toBe(await wanted.text());
      for (const name of ["ETag", "Cache-Control", "Cache-Tag", "Content-Type"])
        expect(found.headers.get(name)).toBe(wanted.headers.get(name));
    }
    const body = { texts: [TEXT, "again"], truncation: "window" };
    expect(await (await service.post("/tweets/v1/pos", body)).text()).toBe(
      await (await own.post("/v1/pos", body)).text(),
    );
  });

  test("tells problems below its path, and leaves the rest to the app around it", async () => {
    expect(await (await service.get("/")).text()).toBe("mine");
    const refused = await service.get("/tweets/v1/sentiment");
    expect([refused.status, refused.headers.get("Content-Type")]).toEqual([400, "application/problem+json"]);
    const wrong = await service.post("/tweets/v1/models", {});
    expect([wrong.status, wrong.headers.get("Allow")]).toEqual([405, "GET, HEAD"]);
    expect((await service.get("/tweets/readyz")).status).toBe(200);
    const { servers } = (await (await service.get("/tweets/openapi.json")).json()) as { servers: object[] };
    expect(servers).toEqual([{ url: "/tweets" }]);
    expect((await service.get("/v1/sentiment?text=hi")).status).toBe(404);
    expect((await service.get("/nowhere")).headers.get("Content-Type")).toMatch(/^text\/plain/);
  });

  test("its entrypoint answers calls", async () => {
    const answer = await service.worker("caller").fetch("http://caller.test/", {
      method: "POST",
      body: JSON.stringify({ method: "predict", args: ["sentiment", TEXT] }),
    });
    const wanted = await own.post("/v1/sentiment", { text: TEXT });
    expect(await answer.text()).toBe(await wanted.text());
  });
});

test("the defaults are those of wrangler.toml, but for the engine", () => {
  const { rawConfig } = experimental_readRawConfig({ config: "wrangler.toml" });
  expect(DEFAULTS).toEqual({ ...rawConfig.vars, ENGINE: "simd" });
});
