import { execFile } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { servePage } from "../../examples/in-the-browser/serve.ts";
import { BUNDLE } from "../integration/service.ts";
import { startServe } from "./serve.ts";

let damaged: string;
const taken = createServer();
beforeAll(async () => {
  damaged = await mkdtemp(join(tmpdir(), "bertweet-damaged-"));
  await cp(BUNDLE, damaged, { recursive: true });
  await writeFile(join(damaged, "heads.bin"), "something else");
  taken.listen(0, "127.0.0.1");
  await once(taken, "listening");
});
afterAll(async () => {
  taken.close();
  await rm(damaged, { recursive: true });
});

/** Runs `serve`, which is to end by itself. */
function refused(args: string[], variables: Record<string, string> = {}): Promise<{ code: unknown; stderr: string }> {
  const options = { timeout: 30_000, env: { PATH: process.env.PATH, ...variables } as unknown as NodeJS.ProcessEnv };
  const given = ["dist/package/bin.js", "serve", "--threads", "1", "--port", "0", ...args];
  return new Promise((resolve) => {
    execFile("node", given, options, (error, _, stderr) => resolve({ code: error?.code, stderr }));
  });
}

test.each<[string, () => string[], Record<string, string>, string | RegExp]>([
  ["a folder that is not there", () => ["--bundle", "nowhere"], {}, "nowhere/manifest.json could not be read"],
  ["a folder with a wrong file", () => ["--bundle", damaged], {}, "heads.bin is damaged"],
  [
    "two bundles of one model",
    () => ["--bundle", BUNDLE, "--bundle", `${BUNDLE}/`],
    {},
    'both have a model "bertweet-mini"',
  ],
  ["a URL where nobody listens", () => ["--bundle", "http://127.0.0.1:1/"], {}, "could not be read"],
  ["a port in use", () => ["--port", String((taken.address() as AddressInfo).port)], {}, /127\.0\.0\.1:\d+ is in use/],
  ["a port that is none", () => ["--port", "99999"], {}, "--port must be a whole number from 0 to 65535"],
  ["no thread", () => ["--threads", "0"], {}, "--threads must be"],
  ["a misspelt switch", () => [], { AUTH: "yes" }, "AUTH"],
  ["another engine", () => [], { ENGINE: "ort" }, "ENGINE"],
  ["a rate that is none", () => [], { RATE_LIMIT_REQUESTS: "many" }, "RATE_LIMIT_REQUESTS"],
  [
    "a file of keys that is not there",
    () => [],
    { API_KEY_HASHES_FILE: "/no/keys" },
    "/no/keys, which API_KEY_HASHES_FILE names",
  ],
])("%s is told in one line, with code 1", async (_, args, variables, message) => {
  const { code, stderr } = await refused(args(), variables);
  expect(code).toBe(1);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(
    stderr
      .trimEnd()
      .split("\n")
      .filter((line) => !line.startsWith("{")),
  ).toHaveLength(1);
});

test("a bundle behind a URL gives the same bytes as its folder, and more threads than cores are told", async () => {
  const page = servePage(0);
  await once(page, "listening");
  const url = `http://127.0.0.1:${(page.address() as AddressInfo).port}/bertweet-mini`;
  const threads = availableParallelism() + 1;
  const far = await startServe({ args: ["--threads", String(threads)], bundle: url });
  const near = await startServe({ args: ["--threads", "1"] });
  const ask = async ({ address }: { address: URL }) => (await fetch(new URL("/v1/ner?text=in+Berlin", address))).text();
  expect(await ask(far)).toBe(await ask(near));
  expect(far.lines.join("\n")).toContain(`${threads} threads share ${threads - 1} cores`);
  expect(near.lines.join("\n")).not.toContain("share");
  await Promise.all([near.stop(), far.stop()]);
  page.close();
});
