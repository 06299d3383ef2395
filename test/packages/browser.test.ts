import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { servePage } from "../../examples/in-the-browser/serve.ts";
import { startBrowser } from "../browser/chromium.ts";
import { startService } from "../integration/service.ts";

const TEXT = "Off to Berlin with @anna 😍";

const open = startBrowser();
const service = startService({ seeded: true, vars: { ENGINE: "simd", CORS_ORIGINS: "*" } });

describe("bundled for a browser", () => {
  const page = createServer();

  beforeAll(async () => {
    const entry = `
      import { createClient } from "bertweet-edge/client";
      import { loadModel } from "bertweet-edge/model";
      import { fromFiles } from "bertweet-edge/tokenizer";
      Object.assign(globalThis, { createClient, loadModel, fromFiles });`;
    const project = inject("project");
    const { outputFiles, warnings } = await build({
      stdin: { contents: entry, resolveDir: project },
      bundle: true,
      format: "esm",
      platform: "browser",
      write: false,
    });
    expect(warnings).toEqual([]);
    const script = outputFiles[0]?.text as string;
    page.on("request", async ({ url = "/" }, response) => {
      const name = /^\/bertweet-mini\/([\w.-]+)$/.exec(url)?.[1];
      if (name) return response.end(await readFile(join("models/bertweet-mini", name)));
      if (url === "/script.js") return response.writeHead(200, { "Content-Type": "text/javascript" }).end(script);
      response
        .writeHead(200, { "Content-Type": "text/html" })
        .end('<link rel=icon href="data:,"><script type=module src=script.js></script>');
    });
    page.listen(0, "127.0.0.1");
    await once(page, "listening");
  });
  afterAll(() => page.close());

  test("client, model and tokenizer give the service's answers in Chromium", async () => {
    const { port } = page.address() as AddressInfo;
    const opened = await open(`http://127.0.0.1:${port}/`);
    await opened.page.waitForFunction("globalThis.loadModel");
    const found = await opened.page.evaluate<{
      client: object;
      model: object;
      ids: number[];
      stream: string[];
    }>(`(async () => {
      const text = ${JSON.stringify(TEXT)};
      const client = createClient(${JSON.stringify(service.url("/"))});
      const model = await loadModel("bertweet-mini");
      const read = async (name) => (await fetch("bertweet-mini/" + name)).text();
      const tokenizer = fromFiles({ vocab: await read("vocab.txt"), codes: await read("bpe.codes") });
      const stream = [];
      for await (const { label } of client.stream("sentiment", [text, text])) stream.push(label);
      return {
        client: await client.analyze(text),
        model: await model.analyze(text),
        ids: [...tokenizer.encode(text).ids],
        stream,
      };
    })()`);
    const wanted = (await (await service.post("/v1/analyze", { text: TEXT })).json()) as object;
    expect(found.client).toEqual(wanted);
    expect(JSON.stringify(found.model)).toBe(JSON.stringify(wanted));
    expect(found.ids).toEqual(
      ((await (await service.post("/v1/tokenize", { text: TEXT })).json()) as { ids: number[] }).ids,
    );
    expect(found.stream).toEqual(["positive", "positive"]);
    expect(opened.complaints).toEqual([]);
  });
});

test("the example labels tweets without a network after the first visit", async () => {
  const server = servePage(0);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { page, complaints } = await open(`http://127.0.0.1:${port}/`);
  const ready = () => page.locator("button:enabled").waitFor();
  await ready();
  expect(await page.locator("#state").textContent()).toContain("works without a network");
  expect(complaints).toEqual([]);

  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await page.context().setOffline(true);
  await page.reload();
  await ready();
  await page.locator("textarea").fill(`${TEXT}\n\nso sad about this`);
  await page.locator("button").click();
  const rows = page.locator("tbody tr");
  await expect.poll(() => rows.count()).toBe(2);
  expect(await rows.nth(0).locator("td").allTextContents()).toEqual([
    TEXT,
    "positive",
    expect.any(String),
    "Berlin (LOC)",
  ]);
  expect((await rows.nth(1).locator("td").allTextContents()).slice(0, 2)).toEqual(["so sad about this", "negative"]);
  expect(complaints).toEqual([]);
});
