import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";

const run = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), "bertweet-config-"));
afterAll(() => rm(folder, { recursive: true }));

const check = (...args: string[]) => run("node", ["scripts/check_config.ts", ...args]);

async function changed(from: string, to: string): Promise<string> {
  const path = join(folder, "wrangler.toml");
  await writeFile(path, (await readFile("wrangler.toml", "utf8")).replace(from, to));
  return path;
}

test("the configuration of the project is right", async () => {
  expect(await check()).toEqual({ stdout: "", stderr: "" });
});

test("a wrong variable is named before a deployment", async () => {
  const stderr = expect.stringContaining("The variable LAYERS must be a range of layers");
  await expect(check(await changed('LAYERS = ""', 'LAYERS = "6"'))).rejects.toMatchObject({ code: 1, stderr });
});

test("so is a misspelt switch", async () => {
  const stderr = expect.stringContaining('The variable METRICS_ENDPOINT is neither "on" nor "off".');
  const misspelt = await changed('METRICS_ENDPOINT = "off"', 'METRICS_ENDPOINT = "On"');
  await expect(check(misspelt)).rejects.toMatchObject({ code: 1, stderr });
});
