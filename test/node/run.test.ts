import { createHash } from "node:crypto";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ended, startServe } from "./serve.ts";

const LONG = { texts: Array.from({ length: 64 }, (_, index) => `${index} ${"so it goes ".repeat(40)}`) };
const post = (address: URL, path: string, body: unknown, init: RequestInit = {}) =>
  fetch(new URL(path, address), {
    method: "POST",
    headers: { "Content-Type": "application/json", "Cache-Control": "no-store" },
    body: JSON.stringify(body),
    ...init,
  });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bertweet-node-"));
});
afterAll(() => rm(folder, { recursive: true }));

let served: Awaited<ReturnType<typeof startServe>>;
afterEach(() => served.stop());

describe.each([
  ["throw", "Error: a fault"],
  ["heap", "memory limit"],
])("a thread that ends by %s", (fault, reason) => {
  test("leaves a 503 problem for its requests, the other thread answers on, and another takes its place", async () => {
    const file = join(folder, fault);
    const NODE_OPTIONS = `--import=${pathToFileURL(resolve("test/node/fault.js"))}`;
    served = await startServe({ variables: { NODE_OPTIONS, FAULT_FILE: file } });
    const { address, lines } = served;
    const asked = [0, 1].map(() => post(address, "/v1/sentiment", LONG));
    await sleep(200); // both threads work
    await writeFile(`${file}.new`, fault);
    await rename(`${file}.new`, file);
    const answers = await Promise.all(asked);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 503]);
    const refused = answers.find(({ status }) => status === 503) as Response;
    expect(refused.headers.get("Content-Type")).toBe("application/problem+json");
    expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ status: 503, type: "/problems/model-unavailable" });
    expect((await post(address, "/v1/irony", { text: "great" })).status).toBe(200);
    const log = lines.filter((line) => line.includes('"thread-ended"'));
    expect(log).toHaveLength(1);
    expect(log[0]).toContain(reason);
    const loads = () => lines.filter((line) => line.includes('"model-loaded"')).length;
    await expect.poll(loads, { timeout: 20_000 }).toBe(3);
    const both = await Promise.all([0, 1].map(() => post(address, "/v1/sentiment", LONG)));
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
  });
});

test("SIGTERM refuses new connections, finishes what is open, and ends with code 0", async () => {
  served = await startServe();
  const { address, child } = served;
  const open = post(address, "/v1/sentiment", { texts: LONG.texts.slice(0, 24) });
  await sleep(100);
  child.kill("SIGTERM");
  await sleep(100);
  await expect(fetch(new URL("/healthz", address))).rejects.toThrow();
  const answer = await open;
  expect([answer.status, ((await answer.json()) as { results: object[] }).results.length]).toEqual([200, 24]);
  expect(await ended(child)).toBe(0);
});

test("SIGTERM with a stream that never ends is over at the deadline, with code 1", async () => {
  served = await startServe();
  const { address, child, lines } = served;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      controller.enqueue(new TextEncoder().encode('{"text":"again"}\n'));
      await sleep(50);
    },
  });
  const init = { headers: { "Content-Type": "application/x-ndjson" }, body, duplex: "half" } as RequestInit;
  const answer = await post(address, "/v1/sentiment/stream", undefined, init);
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  const from = performance.now();
  child.kill("SIGTERM");
  expect(await ended(child)).toBe(1);
  expect(performance.now() - from).toBeLessThan(15_000);
  expect(lines.join("\n")).toContain("not answered within 10000 ms");
  await reader.cancel().catch(() => {});
});

test("SIGHUP reads the file of keys again, in all threads", async () => {
  const file = join(folder, "keys");
  const hashOf = (key: string) => createHash("sha256").update(key).digest("hex");
  await writeFile(file, `${hashOf("old")}\n`);
  served = await startServe({ variables: { AUTH: "on", API_KEY_HASHES_FILE: file } });
  const { address, child } = served;
  const statuses = async (key: string) => {
    const ask = () => fetch(new URL("/v1/models", address), { headers: { Authorization: `Bearer ${key}` } });
    return new Set((await Promise.all(Array.from({ length: 8 }, ask))).map(({ status }) => status));
  };
  expect([await statuses("old"), await statuses("new")]).toEqual([new Set([200]), new Set([401])]);
  await writeFile(file, `${hashOf("new")}\n`);
  child.kill("SIGHUP");
  await expect.poll(() => statuses("new")).toEqual(new Set([200]));
  expect(await statuses("old")).toEqual(new Set([401]));
  await rm(file);
  child.kill("SIGHUP");
  await expect.poll(() => served.lines.join("\n")).toContain("can't be read (ENOENT)");
  expect(await statuses("new")).toEqual(new Set([200]));
});

test("the rate holds over all threads, by the client's own address", async () => {
  served = await startServe({ variables: { RATE_LIMIT: "on", RATE_LIMIT_REQUESTS: "10" } });
  const ask = (_: unknown, index: number) =>
    fetch(new URL("/v1/models", served.address), { headers: { "CF-Connecting-IP": `203.0.113.${index}` } });
  const answers = await Promise.all(Array.from({ length: 16 }, ask));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
  const refused = answers.find(({ status }) => status === 429) as Response;
  expect(refused.headers.get("Retry-After")).toBe("60");
  expect(await refused.json()).toMatchObject({ type: "/problems/rate-limited" });
});

test("a batch that nobody waits for any more is not computed to its end", async () => {
  served = await startServe({ args: ["--threads", "1"], variables: { METRICS_ENDPOINT: "on" } });
  const leave = new AbortController();
  const asked = post(served.address, "/v1/sentiment", LONG, { signal: leave.signal });
  await sleep(300);
  leave.abort();
  await expect(asked).rejects.toThrow();
  const from = performance.now();
  expect((await post(served.address, "/v1/irony", { text: "free again" })).status).toBe(200);
  await expect
    .poll(async () => (await fetch(new URL("/metrics", served.address))).text())
    .toMatch(/bertweet_requests_total\{[^}]*outcome="client-left"/);
  expect(performance.now() - from).toBeLessThan(2_000);
});
