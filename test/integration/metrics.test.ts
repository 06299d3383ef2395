import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { sampleOf, takePoints } from "../faults/points.ts";
import { controlOf, workerWith } from "../faults/service.ts";
import { startService } from "./service.ts";

const NDJSON = { "Content-Type": "application/x-ndjson" };

/** A service that counts, with a METRICS binding. */
function startCounted(vars: Record<string, string>) {
  const { config } = workerWith("test/faults/points_worker.ts", { ENGINE: "simd", METRICS_ENDPOINT: "on", ...vars });
  const analytics_engine_datasets = [{ binding: "METRICS", dataset: "test" }];
  const service = startService({
    seeded: true,
    workers: [{ config: { ...(config as object), analytics_engine_datasets } as never }],
  });
  const { faults } = controlOf((orders) => service.post("/__faults", orders));
  const metrics = async () => (await service.get("/metrics")).text();
  const points = () => takePoints(service.get);
  return { ...service, faults, metrics, points };
}

const requests = (route: string, method: string, status: number, outcome: string, cache: string) =>
  `bertweet_requests_total{route="${route}",method="${method}",status="${status}",outcome="${outcome}",cache="${cache}"}`;

describe("a service that counts", () => {
  const { get, post, url, metrics, points } = startCounted({ QUEUE_LIMIT_MS: "2000" });

  test("counts what was asked: hits, misses, refusals and errors, by the template of the route", async () => {
    const before = await metrics();
    const text = "counted once, then kept 😀";
    await (await get(`/v1/sentiment?text=${encodeURIComponent(text)}`)).text();
    const etag = (await get(`/v1/sentiment?text=${encodeURIComponent(text)}`)).headers.get("ETag") as string;
    await get(`/v1/sentiment?text=${encodeURIComponent(text)}`, { headers: { "If-None-Match": etag } });
    await (await post("/v1/emotion", { text })).text();
    await (await post("/v1/embed", { text })).text();
    await (await get("/v1/astrology?text=a")).text();
    await (await get("/nowhere/at/all")).text();
    await (await post("/v1/fill-mask", { texts: Array(3).fill("<mask> a"), top_k: 500 })).text();

    const counted = await metrics();
    const more = (sample: string) => (sampleOf(counted, sample) ?? 0) - (sampleOf(before, sample) ?? 0);
    expect(more(requests("/v1/:task", "GET", 200, "ok", "stored"))).toBe(1);
    expect(more(requests("/v1/:task", "GET", 200, "ok", "hit"))).toBe(1);
    expect(more(requests("/v1/:task", "GET", 304, "ok", "validator"))).toBe(1);
    expect(more(requests("/v1/:task", "POST", 200, "ok", "stored"))).toBe(1);
    expect(more(requests("/v1/embed", "POST", 200, "ok", "stored"))).toBe(1);
    expect(more(requests("/v1/:task", "GET", 404, "unknown-task", "none"))).toBe(1);
    expect(more(requests("other", "GET", 404, "not-found", "none"))).toBe(1);
    expect(more(requests("/v1/:task", "POST", 422, "too-much-work", "none"))).toBe(1);
    expect(more('bertweet_requests_refused_total{reason="too-much-work"}')).toBe(1);
    expect(more('bertweet_windows_total{task="sentiment"}')).toBe(1);
    expect(more('bertweet_windows_total{task="emotion"}')).toBe(1);
    expect(sampleOf(counted, 'bertweet_model_events_total{event="model-loaded",model="bertweet-mini"}')).toBe(1);
    expect(more('bertweet_request_duration_seconds_count{route="/v1/:task"}')).toBe(6);
    expect(sampleOf(counted, "bertweet_requests_open")).toBe(1);
    expect(sampleOf(counted, "bertweet_queue_length")).toBe(0);
    expect(counted).toMatch(/^bertweet_wasm_memory_bytes\{model="bertweet-mini",version="[0-9a-f]{64}"\} \d{7,}$/m);
    expect(counted).toMatch(/^bertweet_model_held_bytes\{/m);
    expect(counted).not.toMatch(/astrology|nowhere|counted once/);
  });

  test("every line of it is a comment or a sample, each metric under its HELP and TYPE", async () => {
    const response = await get("/metrics");
    expect(response.headers.get("Content-Type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    const body = await response.text();
    expect(body.endsWith("\n")).toBe(true);
    let name = "";
    for (const line of body.trimEnd().split("\n")) {
      const help = /^# HELP (bertweet_[a-z_]+) [A-Z].+\.$/.exec(line);
      name = help?.[1] ?? name;
      if (help || /^# TYPE bertweet_[a-z_]+ (counter|gauge|histogram)$/.test(line)) continue;
      expect(line).toMatch(
        /^bertweet_[a-z_]+(\{[a-z_]+="([^"\\\n]|\\.)*"(,[a-z_]+="([^"\\\n]|\\.)*")*\})? [0-9.e+-]+$/,
      );
      expect(line.startsWith(name)).toBe(true);
    }
    expect(body).toContain("Counts this isolate alone");
  });

  test("docs/operations.md names every metric with its labels, and no other", async () => {
    const [, table = ""] = readFileSync("docs/operations.md", "utf8").split("| metric | labels |");
    const rows = (table.split("\n\n")[0] as string).matchAll(/^\| (`bertweet_.*?) \| (.*?) ?\|/gm);
    const named = (cell: string | undefined) => (cell?.match(/\w+/g) ?? []).map(String);
    const documented = new Map(
      [...rows].flatMap(([, names, labels]) => named(names).map((name) => [name, named(labels)])),
    );
    const text = await metrics();
    const names = [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name as string);
    expect([...documented.keys()].sort()).toEqual(names.sort());
    for (const [, sample, pairs = ""] of text.matchAll(/^(\w+?)(?:_bucket|_sum|_count)?(?:\{(.*)\})? \S+$/gm)) {
      const labels = [...pairs.matchAll(/(\w+)="/g)].map(([, label]) => label).filter((label) => label !== "le");
      expect(labels, sample).toEqual(documented.get(sample as string));
    }
  });

  test("no label is a client's, whatever comes", async () => {
    const secret = "my-secret-words";
    for (const path of [
      `/${secret}`,
      `/v1/${secret}`,
      `/v1/models/${secret}`,
      `/models/${secret}/pipeline/${secret}`,
    ]) {
      await (await get(path)).text();
      await (await post(path, { text: secret, inputs: secret, model: secret, scheme: secret })).text();
      await (await post(`${path}/stream?model=${secret}`, secret, NDJSON)).text();
    }
    await (await get("/v1/sentiment", { method: "PROPFIND" })).text();
    await (await post("/v1/ner", { text: secret, scheme: secret })).text();
    expect(await metrics()).not.toContain(secret);
    expect(JSON.stringify(await points())).not.toContain(secret);
    expect(sampleOf(await metrics(), requests("other", "other", 405, "method-not-allowed", "none"))).toBe(1);
  });

  test("a stream is counted when it ends, with its lines", async () => {
    await points();
    const lines = ['{"text":"one line"}', "{", '{"text":"another line"}', '{"text":""}'].join("\n");
    await (await post("/v1/irony/stream", lines, NDJSON)).text();
    const written = (await points()).filter(({ kind }) => kind === "request"); // the model may be loaded by this one
    expect(written).toMatchObject([
      {
        kind: "request",
        route: "/v1/:task/stream",
        method: "POST",
        status: "200",
        outcome: "ok",
        task: "irony",
        model: "bertweet-mini",
        engine: "simd",
        lines: 2,
        failed_lines: 2,
        windows: 2,
      },
    ]);
    const counted = await metrics();
    expect(sampleOf(counted, 'bertweet_stream_lines_total{outcome="ok"}')).toBe(2);
    expect(sampleOf(counted, 'bertweet_stream_lines_total{outcome="not-json"}')).toBeGreaterThanOrEqual(1);
  });

  // A reset connection shows to the Worker as a body that ended well, since the development server's proxy stands between
  test("a stream whose client closes the connection before the body ends is counted as one that the client left", async () => {
    await points();
    const socket = connect(Number(new URL(url("/")).port), "127.0.0.1");
    socket.write("POST /v1/hate/stream HTTP/1.1\r\nHost: local\r\nContent-Type: application/x-ndjson\r\n");
    socket.write("Transfer-Encoding: chunked\r\n\r\n");
    const line = `${JSON.stringify({ text: `line ${Math.random()}` })}\n`;
    socket.write(`${line.length.toString(16)}\r\n${line}\r\n`); // no last chunk: more was to come
    let answered = "";
    for await (const part of socket.iterator({ destroyOnReturn: false })) {
      answered += part;
      if (answered.includes('"line":1')) break;
    }
    socket.end();
    const written: { outcome?: string | undefined; lines?: number }[] = [];
    await expect.poll(async () => written.push(...(await points())), { timeout: 10_000 }).toBeGreaterThan(0);
    expect(written).toMatchObject([{ route: "/v1/:task/stream", task: "hate", outcome: "client-left", lines: 1 }]);
  });

  test("a request is one data point; what it did not compute is zero", async () => {
    await points();
    const text = "a data point of its own";
    await (await post("/v1/pos", { text, scheme: "ark" })).text();
    await (await post("/v1/pos", { text, scheme: "ark" })).text();
    await (await get("/healthz")).text();
    const [stored, hit, health] = await points();
    expect(stored).toMatchObject({ route: "/v1/:task", task: "pos/ark", cache: "stored", windows: 1, load_ms: 0 });
    expect(stored?.tokens).toBeGreaterThan(5);
    expect(hit).toMatchObject({ task: "pos/ark", cache: "hit", windows: 0, tokens: 0, queue_ms: 0 });
    expect(health).toMatchObject({ route: "/healthz", outcome: "ok", task: "", model: "", cache: "" });
  });
});

describe("a model's events", () => {
  const { get, faults, points } = startCounted({});

  test("are data points of their own, written by the next request", async () => {
    await faults.set({ key: "blobs/", kind: "missing" });
    expect((await get("/v1/sentiment?text=a")).status).toBe(503);
    await faults.clear();
    await expect.poll(async () => (await get("/v1/sentiment?text=a")).status, { timeout: 10_000 }).toBe(200);
    const kinds = (await points()).filter(({ kind }) => kind !== "request");
    expect(kinds.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["version-refused", "version-taken-over", "model-loaded"]),
    );
    const loaded = kinds.find(({ kind }) => kind === "model-loaded");
    expect(loaded).toMatchObject({
      model: "bertweet-mini",
      engine: "simd",
      version: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(loaded?.load_ms).toBeGreaterThan(0);
    expect(loaded?.bytes).toBeGreaterThan(1e6);
  });
});

describe("the way to /metrics", () => {
  describe("is closed unless it is wanted", () => {
    const { get } = startService({ seeded: false });

    test("404, as if it were not there", async () => {
      const response = await get("/metrics");
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ type: "/problems/not-found" });
    });
  });

  describe("asks for a key where AUTH is on", () => {
    const key = "a".repeat(64);
    const hash = "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb";
    const { get } = startService({
      seeded: false,
      vars: { METRICS_ENDPOINT: "on", AUTH: "on" },
      secrets: { API_KEY_HASHES: hash },
    });

    test("401 without one, 200 with it", async () => {
      expect((await get("/metrics")).status).toBe(401);
      expect((await get("/metrics", { headers: { Authorization: `Bearer ${key}` } })).status).toBe(200);
    });
  });

  describe("is closed by a misspelt switch", () => {
    const { get } = startService({ seeded: false, vars: { METRICS_ENDPOINT: "yes" } });

    test("500 that names the variable", async () => {
      const response = await get("/metrics");
      expect(response.status).toBe(500);
      expect(await response.json()).toMatchObject({
        detail: 'The variable METRICS_ENDPOINT is neither "on" nor "off".',
      });
    });
  });
});

describe("a binding that can't be written to", () => {
  const { get, logs } = startService({ seeded: true, vars: { METRICS: "no dataset" } as never });

  test("fails no request, and is told in the log at most once a second", async () => {
    for (let n = 0; n < 20; n++) expect((await get(`/v1/tokenize?text=${n}`)).status).toBe(200);
    const lines = logs().filter(({ message }) => message.includes("metrics-failed"));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThan(20);
  });
});
