import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { workerdListeners } from "../../scripts/bench/listeners.ts";
import { startService } from "../integration/service.ts";

const { get, post, url } = startService({ seeded: true, vars: { ENGINE: "simd" } });

const wordy = (word: string) => Array.from({ length: 64 }, (_, index) => `${index} ${`${word} `.repeat(120)}`);

/** Milliseconds until a short text is answered. */
async function shortText(): Promise<number> {
  const start = performance.now();
  expect((await get(`/v1/sentiment?text=${Math.random()}`)).status).toBe(200);
  return performance.now() - start;
}

/**
 * Sends a batch of 64 windows and resets the connection while it is computed. A client that closes only its half may still read, so
 * workerd does not treat that as a disconnect. Cloudflare's own proxy reports both to the Worker.
 */
async function leave(texts: string[]): Promise<void> {
  const { hostname, port: proxy, pathname } = new URL(url("/v1/sentiment"));
  // wrangler's proxy does not forward a client's disconnect, so the test uses the Worker's own port.
  const { port } = (await workerdListeners()).find((listener) => String(listener.port) !== proxy) as { port: number };
  const body = JSON.stringify({ texts });
  const head = [`POST ${pathname} HTTP/1.1`, `Host: ${hostname}`, "Content-Type: application/json"];
  const socket = connect(port, hostname);
  socket.on("error", () => {});
  socket.write(`${head.join("\r\n")}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  await sleep(250); // some passes of a batch that takes a second or more
  socket.resetAndDestroy();
}

/** The cache status of the same batch. It is a hit if the batch was computed before. */
async function cacheStatusOf(texts: string[]): Promise<string | null> {
  const response = await post("/v1/sentiment", { texts });
  expect([response.status, await response.text()]).toMatchObject([200, expect.stringMatching(/^\{"results"/)]);
  return response.headers.get("Cache-Status");
}

test("a batch that nobody waits for is not computed to its end", async () => {
  await shortText();
  const texts = wordy("rain");
  await leave(texts);
  await sleep(10_000); // more than the whole batch takes
  expect(await cacheStatusOf(texts)).toContain("stored"); // had it been computed, it would be a hit
});

test("a batch that somebody else waits for is", async () => {
  const texts = wordy("snow");
  const waiting = sleep(100).then(() => post("/v1/sentiment", { texts }));
  await leave(texts);
  const response = await waiting;
  expect(response.status).toBe(200);
  expect(response.headers.get("Cache-Status")).toContain("collapsed");
});
