import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { startService } from "./service.ts";

const LONG = "so much to say about the weather today ".repeat(500); // 20,000 characters, some forty windows

type Problem = { type: string; detail: string };

async function problemOf(response: { status: number; json(): Promise<unknown> }) {
  return { status: response.status, ...((await response.json()) as Problem) };
}

describe("one request asks for so much work at most", () => {
  const { post } = startService({ seeded: true, vars: { ENGINE: "simd" } });

  test("windows are counted over all texts, before anything is computed", async () => {
    const texts = Array(40).fill(LONG.trim().slice(0, 19_900));
    const { status, type, detail } = await problemOf(await post("/v1/sentiment", { texts, truncation: "window" }));
    expect([status, type]).toEqual([422, "/problems/too-much-work"]);
    expect(detail).toMatch(/^The request asks for \d{4} windows; one request may ask for 64\.$/);
  });

  test("a full batch of tweets that are cut off is within it", async () => {
    const texts = Array.from({ length: 64 }, (_, index) => `${index} is a number`);
    expect((await post("/v1/sentiment", { texts })).status).toBe(200);
  });

  test.each([
    ["/v1/fill-mask", { text: `<mask> ${"and <mask> ".repeat(7)}`, top_k: 126 }, 1008],
    ["/v1/fill-mask", { texts: ["a <mask>", "b <mask>"], top_k: 501 }, 1002],
    [
      "/models/bertweet-mini/pipeline/fill-mask",
      { inputs: ["a <mask>", "b <mask>"], parameters: { top_k: 501 } },
      1002,
    ],
    ["/models/bertweet-mini", { inputs: ["a <mask>", "b <mask>"], parameters: { top_k: 501 } }, 1002],
  ])("predictions are counted over all texts and masks: %s %#", async (path, body, asked) => {
    const { status, type, detail } = await problemOf(await post(path, body));
    expect([status, type]).toEqual([422, "/problems/too-much-work"]);
    expect(detail).toBe(`The request asks for ${asked} predictions; one request may ask for 1000.`);
  });

  test("targets count instead of top_k where they are fewer", async () => {
    const texts = Array(64).fill("I <mask> you");
    expect((await post("/v1/fill-mask", { texts, targets: ["love"], top_k: 500 })).status).toBe(200);
  });
});

describe("work stops when its client has left", () => {
  const { post, get, url } = startService({ seeded: true, vars: { ENGINE: "simd" } });
  const wordy = (word: string) => Array.from({ length: 64 }, (_, index) => `${index} ${`${word} `.repeat(120)}`);

  /** Milliseconds until a short text is answered. */
  async function shortText(): Promise<number> {
    const start = performance.now();
    expect((await get(`/v1/sentiment?text=${Math.random()}`)).status).toBe(200);
    return performance.now() - start;
  }

  /**
   * Sends a batch of 64 windows and resets the connection in its middle. A client that only closes its half may still read, so workerd
   * does not take that for leaving; Cloudflare's own proxy tells the Worker of both.
   */
  async function leave(texts: string[]): Promise<void> {
    const { hostname, port, pathname } = new URL(url("/v1/sentiment"));
    const body = JSON.stringify({ texts });
    const head = [`POST ${pathname} HTTP/1.1`, `Host: ${hostname}`, "Content-Type: application/json"];
    const socket = connect(Number(port), hostname);
    socket.on("error", () => {});
    socket.write(`${head.join("\r\n")}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    await sleep(400);
    socket.resetAndDestroy();
  }

  /** How the cache meets the same batch: a hit when it was computed before. */
  async function cacheStatusOf(texts: string[]): Promise<string | null> {
    const response = await post("/v1/sentiment", { texts });
    expect(response.status).toBe(200);
    await response.text();
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
});

describe("overload", () => {
  const { get, post } = startService({ seeded: true, vars: { ENGINE: "simd", QUEUE_LIMIT_MS: "200" } });
  const path = (n: number) => `/v1/sentiment?text=${encodeURIComponent(`${n} ${"every word counts ".repeat(40)}`)}`;

  test("what would wait too long is refused with Retry-After, and hits and health are not", async () => {
    const kept = "/v1/sentiment?text=kept";
    expect((await get(kept)).status).toBe(200);
    const burst = Array.from({ length: 60 }, (_, n) => get(path(n)));
    await sleep(50);
    const [health, hit] = await Promise.all([get("/healthz"), get(kept)]);
    const responses = await Promise.all(burst);
    expect([health.status, hit.status]).toEqual([200, 200]);
    const statuses = responses.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    for (const response of responses) {
      if (response.status === 200) continue;
      expect(response.headers.get("Retry-After")).toMatch(/^[1-9]\d*$/);
      expect(await response.json()).toMatchObject({ type: "/problems/overloaded" });
    }
    // What is left of the burst is done; the next request is served at once.
    expect((await get(path(1_000))).status).toBe(200);
  });

  test("a batch that is admitted does not shut short texts out", async () => {
    const texts = Array.from({ length: 32 }, (_, n) => `${n} ${"all of it is long ".repeat(40)}`);
    const batch = post("/v1/sentiment", { texts });
    await sleep(200);
    expect((await get("/v1/sentiment?text=short")).status).toBe(200);
    expect((await batch).status).toBe(200);
  });
});
