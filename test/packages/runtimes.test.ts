import { execFile } from "node:child_process";
import { copyFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { servePage } from "../../examples/in-the-browser/serve.ts";
import { BUNDLE, startService } from "../integration/service.ts";
import { startServe } from "../node/serve.ts";

const run = promisify(execFile);
const RUNTIMES = resolve("test/packages/runtimes/node_modules");

const node = (major: number) => [join(RUNTIMES, `node-${major}/bin/node`)];

const RUNNERS: Record<string, string[]> = {
  "Node 20": node(20),
  "Node 22": node(22),
  "Node 24": node(24),
  "Node 26": node(26),
  Deno: [join(RUNTIMES, ".bin/deno"), "run", "--allow-read", "--allow-net"],
  Bun: [join(RUNTIMES, ".bin/bun")],
};

interface Found {
  vectors: number;
  different: number;
  undecoded: number;
  stream: string[];
  client: { answers: string[]; problems: object[] };
  model: { answers: string[]; problems: object[] };
}

describe("the installed package", () => {
  const service = startService({ seeded: true, vars: { ENGINE: "simd" } });
  const project = inject("project");
  const files = servePage(0);
  const folder = resolve(BUNDLE);
  const found: Record<string, Found> = {};

  async function use([command, ...options]: string[], bundle: string): Promise<Found> {
    const golden = resolve("test/fixtures/tokenizer/golden.jsonl");
    const parameters = [service.url("/"), bundle, golden, join(folder, "vocab.txt"), join(folder, "bpe.codes")];
    const { stdout } = await run(command as string, [...options, "use.js", ...parameters], {
      cwd: project,
      maxBuffer: 2 ** 24,
    });
    return JSON.parse(stdout);
  }

  beforeAll(() => copyFile("test/packages/use.js", join(project, "use.js")));
  afterAll(() => files.close());

  test.each(Object.entries(RUNNERS))(
    "in %s tokenizes as Python, and the model gives the service's bytes",
    async (name, runner) => {
      const all = await use(runner, folder);
      found[name] = all;
      expect(all.vectors).toBeGreaterThan(3000);
      expect([all.different, all.undecoded]).toEqual([0, 0]);
      expect(all.stream).toEqual(
        ["irony", "irony", expect.stringMatching(/irony$/), "/problems/invalid-request"].map((label, index) =>
          index < 3 ? expect.stringMatching(/irony$/) : label,
        ),
      );
      expect(all.client.answers).toHaveLength(9);
      expect(all.model).toEqual(all.client);
      expect(all).toEqual(Object.values(found)[0]);
    },
  );

  test.each([20, 22, 24, 26])("in Node %i the command serves the service's bytes", async (major) => {
    const bin = join(project, "node_modules/bertweet-edge/dist/package/bin.js");
    const served = await startServe({ command: [...node(major), bin], args: ["--threads", "1"] });
    const body = { texts: ["Off to Berlin with @anna 😍", "great, monday again"], tasks: ["sentiment", "ner"] };
    const wanted = await (await service.post("/v1/analyze", body)).text();
    const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    expect(await (await fetch(new URL("/v1/analyze", served.address), init)).text()).toBe(wanted);
    await served.stop();
  });

  test("the bundle may lie behind a URL, too", async () => {
    const { port } = files.address() as AddressInfo;
    for (const bundle of [`http://127.0.0.1:${port}/bertweet-mini`, pathToFileURL(folder).href])
      expect(await use(node(24), bundle)).toEqual(Object.values(found)[0]);
  });
});
