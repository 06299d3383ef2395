import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { LogEvent } from "../../src/log.ts";
import { startFaulty } from "../faults/service.ts";

type Fields<E> = E extends LogEvent ? { [Field in Exclude<keyof E, "event">]: true } : never;

/** Every event with its fields; the compiler holds this against the union. */
const FIELDS: { [E in LogEvent as E["event"]]: Fields<E> } = {
  "engine-chosen": { model: true, version: true, engine: true, reason: true },
  "model-loaded": { model: true, version: true, engine: true, ms: true, bytes: true, wasmMemoryBytes: true },
  "stage-loaded": {
    model: true,
    version: true,
    engine: true,
    layers: true,
    ms: true,
    bytes: true,
    wasmMemoryBytes: true,
  },
  "version-taken-over": { model: true, version: true, previous: true },
  "version-refused": { model: true, version: true, reason: true, retryInMs: true },
  "words-missing": { model: true, version: true, reason: true, retryInMs: true },
  "refresh-failed": { model: true, reason: true, retryInMs: true },
  "request-refused": { requestId: true, route: true, failure: true, reason: true, leftOut: true },
  "metrics-failed": { requestId: true, causes: true, leftOut: true },
  "chunk-failed": { job: true, run: true, chunk: true, attempts: true, causes: true },
  "chunk-given-up": { job: true, run: true, chunk: true },
  "job-ended": { job: true, run: true, state: true },
  "thread-ended": { thread: true, reason: true, retryInMs: true },
  "unexpected-error": { requestId: true, causes: true },
};

const [, table = ""] = readFileSync("docs/operations.md", "utf8").split("| event | fields |");

/** The rows of the table of events: name and fields. */
const documented = new Map(
  [...(table.split("\n\n")[0] as string).matchAll(/^\| `([\w-]+)` \| ((?:`\w+`(?:, )?)+) \| [A-Z]/gm)].map(
    ([, event, fields]) => [event as string, [...(fields as string).matchAll(/\w+/g)].map(String)],
  ),
);

test("docs/operations.md names every event with its fields, and no other", () => {
  expect(Object.fromEntries(documented)).toEqual(
    Object.fromEntries(Object.entries(FIELDS).map(([event, fields]) => [event, Object.keys(fields)])),
  );
});

describe("the lines of a service", () => {
  const { get, post, faults, logs } = startFaulty({ vars: { ENGINE: "simd" } });
  const lines = () => logs().map(({ message }) => JSON.parse(message) as LogEvent);
  const linesOf = <E extends LogEvent["event"]>(event: E) =>
    lines().filter((line): line is Extract<LogEvent, { event: E }> => line.event === event);

  test("are JSON with the documented fields", async () => {
    await faults.set({ key: "blobs/", kind: "missing" });
    const refused = await get("/v1/sentiment?text=a", { headers: { "X-Request-Id": "the-clients-own" } });
    expect(refused.status).toBe(503);
    const { instance } = (await refused.json()) as { instance: string };
    await faults.clear();
    await expect.poll(async () => (await get("/v1/sentiment?text=a")).status, { timeout: 10_000 }).toBe(200);
    await (await post("/v1/fill-mask", { texts: Array(3).fill("<mask>"), top_k: 500 })).text();

    expect(JSON.stringify(lines())).not.toContain("the-clients-own");
    for (const { event, ...fields } of lines()) {
      const known = documented.get(event);
      for (const field of Object.keys(fields)) expect(known, event).toContain(field);
    }
    const [loaded] = linesOf("model-loaded");
    expect(Object.keys(loaded as object).slice(1)).toEqual(documented.get("model-loaded"));
    expect(Object.keys(loaded?.ms ?? {}).sort()).toEqual(["encoder", "proof", "tensors", "tokenizer", "words"]);
    expect(linesOf("version-refused")[0]?.reason).toMatch(/^The bucket lacks the file manifest.json/);
    expect(linesOf("request-refused")).toEqual(
      expect.arrayContaining([
        {
          event: "request-refused",
          requestId: instance.replace("urn:request:", ""),
          route: "/v1/:task",
          failure: "model-unavailable",
          reason: expect.any(String),
          leftOut: 0,
        },
        {
          event: "request-refused",
          requestId: expect.any(String),
          route: "/v1/:task",
          failure: "too-much-work",
          leftOut: 0,
        },
      ]),
    );
  });

  test("are few, however many requests are refused", async () => {
    const before = linesOf("request-refused").length;
    const started = Date.now();
    const tooMuch = { texts: Array(3).fill("<mask>"), top_k: 500 };
    for (let n = 0; n < 60; n++) await (await post("/v1/fill-mask", tooMuch)).text();
    const written = linesOf("request-refused").length - before;
    expect(written).toBeLessThanOrEqual(2 + (Date.now() - started) / 1_000);
  });

  test("do not tell of a client's mistakes", async () => {
    const before = lines().length;
    for (const path of ["/nowhere", "/v1/astrology?text=a", "/v1/sentiment", "/v1/ner?text=a&scheme=x"])
      expect((await get(path)).status).toBeLessThan(500);
    expect(lines()).toHaveLength(before);
  });
});
