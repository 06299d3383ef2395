import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { experimental_readRawConfig } from "wrangler";
import { startService } from "../integration/service.ts";

const { assets: _, build: __, ...config } = experimental_readRawConfig({ config: "wrangler.toml" }).rawConfig;

/** A body may take half a second there, in place of BODY_LIMIT_MS. */
const service = startService({
  seeded: true,
  workers: [{ config: { ...config, main: "test/faults/body_deadline_worker.ts" } }],
});

const TEXT = '{"text":"so slow"}';

/** A POST by hand: its parts, the first right behind the head, each other one after so many milliseconds. */
async function sendSlowly(path: string, type: string, length: number | undefined, parts: string[], waitMs: number) {
  const { hostname, port } = new URL(service.url("/"));
  const socket = connect(Number(port), hostname);
  const framing = length === undefined ? "Transfer-Encoding: chunked" : `Content-Length: ${length}`;
  const frame = (part: string) =>
    length === undefined ? `${Buffer.byteLength(part).toString(16)}\r\n${part}\r\n` : part;
  let answer = "";
  socket.on("data", (data) => {
    answer += data;
  });
  socket.write(`POST ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Type: ${type}\r\n${framing}\r\n\r\n`);
  for (const [index, part] of parts.entries()) {
    if (index > 0) await sleep(waitMs);
    if (socket.writable) socket.write(frame(part));
  }
  return { socket, answered: () => answer };
}

const statusOf = (answer: string) => Number(answer.slice("HTTP/1.1 ".length).slice(0, 3));

async function expectAnswer(
  { socket, answered }: { socket: Socket; answered(): string },
  status: number,
  holds: string,
) {
  await expect.poll(answered, { timeout: 10_000 }).toContain(holds);
  expect(statusOf(answered())).toBe(status);
  socket.destroy();
}

test.each([
  ["with a length", TEXT.length],
  ["in chunks", undefined],
])("a body %s that stands still is answered 408", async (_, length) => {
  for (const parts of [[], [TEXT.slice(0, 5)]])
    await expectAnswer(
      await sendSlowly("/v1/sentiment", "application/json", length, parts, 0),
      408,
      "/problems/body-too-slow",
    );
});

test("a body that comes byte by byte is answered 408, and one that comes in time is read", async () => {
  const drip = await sendSlowly("/models/bertweet-mini", "application/json", 100, Array(12).fill(" "), 100);
  await expectAnswer(drip, 408, "/problems/body-too-slow");
  const parts = [TEXT.slice(0, 5), TEXT.slice(5, 9), TEXT.slice(9)];
  await expectAnswer(await sendSlowly("/v1/sentiment", "application/json", TEXT.length, parts, 60), 200, '"label"');
});

test("a stream that stands still ends with an error line, and others are answered meanwhile", async () => {
  const still = await sendSlowly("/v1/sentiment/stream", "application/x-ndjson", undefined, [`${TEXT}\n{`], 0);
  expect((await service.post("/v1/sentiment", TEXT)).status).toBe(200);
  // The answer is whole: its last chunk is empty.
  await expect.poll(still.answered, { timeout: 10_000 }).toMatch(/\r\n0\r\n\r\n$/);
  expect(still.answered()).toMatch(/"label"[\s\S]*"line":2,/);
  await expectAnswer(still, 200, "/problems/body-too-slow");
});

test("a stream that is slow but never still lasts longer than that", async () => {
  const lines = Array.from({ length: 9 }, () => `${TEXT}\n`);
  const slow = await sendSlowly("/v1/sentiment/stream", "application/x-ndjson", undefined, lines, 120);
  slow.socket.write("0\r\n\r\n");
  await expect.poll(slow.answered, { timeout: 10_000 }).toMatch(/\r\n0\r\n\r\n$/);
  expect(slow.answered().match(/"label"/g)?.length).toBe(9 + 9 * 3);
  expect(slow.answered()).not.toContain("problems");
  slow.socket.destroy();
});

test("a client that leaves in the middle of its body does no harm", async () => {
  const { socket } = await sendSlowly("/v1/sentiment", "application/json", 100, ["{"], 0);
  await sleep(50);
  socket.destroy();
  await sleep(700);
  expect((await service.post("/v1/sentiment", TEXT)).status).toBe(200);
  expect(JSON.stringify(service.logs())).not.toContain("unexpected-error");
});
