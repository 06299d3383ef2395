import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Problem } from "../../src/http/schemas/answers.ts";
import { startService } from "../integration/service.ts";

const LONG = "so much to say about the weather today ".repeat(500); // 20,000 characters, some forty windows

async function problemOf(response: { status: number; json(): Promise<unknown> }) {
  return { ...((await response.json()) as Problem), status: response.status };
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

const slow = startService({ seeded: true, vars: { ENGINE: "ort" } });

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

test("identical slow requests cost one computation", async () => {
  const { post } = slow;
  const texts = Array.from({ length: 48 }, (_, n) => `${n} ${"asked five times ".repeat(40)}`);
  const responses = await Promise.all(Array.from({ length: 5 }, () => post("/v1/sentiment", { texts })));
  const statuses = responses.map(({ headers }) => headers.get("Cache-Status")?.split("; ").at(-1));
  expect(statuses.sort()).toEqual(["collapsed", "collapsed", "collapsed", "collapsed", "stored"]);
});
