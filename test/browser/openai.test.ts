import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startService } from "../integration/service.ts";
import { startBrowser } from "./chromium.ts";

/** The openai package as a bundler makes it for a page. */
const bundled = build({
  stdin: { contents: 'export { OpenAI } from "openai";', resolveDir: import.meta.dirname },
  bundle: true,
  format: "iife",
  globalName: "theirs",
  platform: "browser",
  write: false,
});

/** Pages of another origin. */
const pages = createServer((_, response) => {
  response.setHeader("Content-Type", "text/html").end("<!doctype html><title>A page</title>");
});
const service = startService({ seeded: true, vars: { CORS_ORIGINS: "*" } });
const open = startBrowser();

beforeAll(async () => {
  pages.listen(0, "127.0.0.1");
  await once(pages, "listening");
});
afterAll(() => pages.close());

test("the openai package gets vectors and models in a page of another origin", async () => {
  const { page } = await open(`http://127.0.0.1:${(pages.address() as AddressInfo).port}/`);
  await page.addScriptTag({ content: (await bundled).outputFiles[0]?.text ?? "" });
  const answer = await page.evaluate<{ vector: number[]; models: string[] }>(`(async () => {
    const options = { baseURL: ${JSON.stringify(service.url("/v1"))}, apiKey: "none", maxRetries: 0 };
    const client = new theirs.OpenAI({ ...options, dangerouslyAllowBrowser: true, timeout: 30_000 });
    const { data } = await client.embeddings.create({ model: "bertweet-mini", input: "so happy" });
    const models = await Array.fromAsync(client.models.list(), ({ id }) => id);
    return { vector: [...data[0].embedding], models };
  })()`);
  const response = await service.post("/v1/embed", { text: "so happy", normalize: true });
  const { embedding } = (await response.json()) as { embedding: number[] };
  expect(answer).toEqual({ vector: embedding, models: ["bertweet-mini"] });
});
