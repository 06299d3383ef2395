import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, inject, test } from "vitest";
import { BUNDLE, startService } from "../integration/service.ts";

const run = promisify(execFile);
const project = inject("project");
const service = startService({ seeded: true });

const NODES = ["node-20", "node-24"].map((name) => resolve("test/packages/runtimes/node_modules", name, "bin/node"));
const TEXTS = Array.from({ length: 20 }, (_, n) => `off to Berlin with @anna ${n} 😀`);

/** Labels by the installed command. @returns what it wrote */
async function label(node: string, input: string, name: string, ...where: string[]): Promise<string> {
  const file = join(project, "node_modules/.bin/bertweet-edge");
  const options = ["label", input, "--tasks", "sentiment,ner", "--out", name, ...where];
  const { stdout } = await run(node, [file, ...options], { cwd: project });
  expect(stdout).toContain(`${name}: 20 of 20 rows`);
  return readFile(join(project, name), "utf8");
}

test.each(["csv", "parquet"])("the installed command labels a %s in its process as by a service", async (kind) => {
  const columnData = [{ name: "text", data: TEXTS, type: "STRING" as const }];
  const content = kind === "csv" ? `text\n${TEXTS.join("\n")}\n` : new Uint8Array(parquetWriteBuffer({ columnData }));
  const input = `tweets.${kind}`;
  await writeFile(join(project, input), content);
  const byHttp = await label(NODES[1] as string, input, `http-${kind}.csv`, "--url", service.url("/"));
  expect(byHttp).toContain("Berlin");
  for (const [index, node] of NODES.entries()) {
    const here = await label(node, input, `here-${index}-${kind}.csv`, "--bundle", resolve(BUNDLE), "--threads", "2");
    expect(here).toBe(byHttp);
  }
});
