import { beforeAll, describe, expect, test } from "vitest";
import { buildCode } from "../../scripts/build.ts";
import { seed } from "../../scripts/seed.ts";
import { MAX_BATCH_TEXTS } from "../../src/limits.ts";
import { sampleOf, takePoints } from "../faults/points.ts";
import { workerWith } from "../faults/service.ts";
import { BUNDLE, startService } from "./service.ts";

const SERVICE = "bertweet-edge";
const TEXT = "Off to Berlin with @anna 😍";
const LONG = "so it goes ".repeat(100);

/** A Worker that calls the methods of the service. Before 2026-04-21 workerd passed no members of errors on but the message. */
const callerOf = (name: string, compatibility_date: string) => ({
  config: {
    name,
    main: "test/integration/rpc_worker.ts",
    compatibility_date,
    services: [{ binding: "BERTWEET", service: SERVICE }],
  },
});
const CALLER = callerOf("caller", "2026-11-17");
const OLD_CALLER = callerOf("old-caller", "2026-04-20");

/** Workers that have the service's binding, in front of the service. The first of them answers. */
function startCallers(callers: object[], called: object = { configPath: "wrangler.toml" }) {
  const service = startService({ seeded: false, workers: [...callers, called] as never });
  beforeAll(async () => {
    const { MODELS } = (await service.worker(SERVICE).getEnv()) as unknown as Env;
    await seed(MODELS, BUNDLE);
  });
  return service;
}

describe("over a service binding", () => {
  const service = startCallers([CALLER, OLD_CALLER]);
  const call = async (method: string, ...args: unknown[]) => (await service.post("/", { method, args })).json();
  const byHttp = async (path: string, body: object) =>
    (await service.worker(SERVICE).fetch(`http://service.test/v1/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Cache-Control": "no-store" },
      body: JSON.stringify(body),
    })) as unknown as Response;
  const problemOfCall = async (method: string, ...args: unknown[]) =>
    ((await call(method, ...args)) as { problem: object }).problem;

  test.each([
    ["predict", ["sentiment", TEXT], "sentiment", { text: TEXT }],
    ["predict", ["ner", TEXT, { scheme: "wnut17" }], "ner", { text: TEXT, scheme: "wnut17" }],
    ["predict", ["pos", { tokens: ["Off", "to"] }], "pos", { tokens: ["Off", "to"] }],
    ["predict", ["fill-mask", "off to <mask>", { top_k: 2 }], "fill-mask", { text: "off to <mask>", top_k: 2 }],
    ["explain", ["irony", TEXT, { label: "irony" }], "irony/explain", { text: TEXT, label: "irony" }],
    ["analyze", [TEXT, { tasks: ["irony", "pos/ark"] }], "analyze", { text: TEXT, tasks: ["irony", "pos/ark"] }],
    ["analyze", [LONG, { truncation: "window" }], "analyze", { text: LONG, truncation: "window" }],
    ["embed", [TEXT, { pooling: "cls", normalize: true }], "embed", { text: TEXT, pooling: "cls", normalize: true }],
    ["tokenize", [TEXT], "tokenize", { text: TEXT }],
  ])("%s answers in the bytes of HTTP: %#", async (method, args, path, body) => {
    const wanted = await (await byHttp(path, body)).text();
    const found = await service.post("/", { method, args });
    expect(await found.text()).toBe(wanted);
    // Once more from the cache that both share.
    expect(await (await service.post("/", { method, args })).text()).toBe(wanted);
  });

  test("several texts are answered by a list", async () => {
    const { results } = (await (await byHttp("irony", { texts: [TEXT, "again"] })).json()) as { results: object[] };
    expect(await call("predict", "irony", [TEXT, "again"])).toEqual(results);
    expect(await call("predict", "irony", [TEXT, { tokens: ["again"] }])).toMatchObject([results[0], { windows: 1 }]);
    expect(await call("embed", [TEXT])).toHaveLength(1);
  });

  test.each([
    ["predict", ["astrology", TEXT], "unknown-task", 404],
    ["predict", ["sentiment", " "], "invalid-request", 400],
    ["predict", ["sentiment", "x".repeat(20_001)], "text-too-long", 413],
    ["predict", ["sentiment", Array(MAX_BATCH_TEXTS + 1).fill("x")], "batch-too-large", 413],
    ["predict", ["sentiment", []], "invalid-request", 400],
    ["predict", ["sentiment", TEXT, { scheme: "x" }], "unknown-scheme", 422],
    ["predict", ["sentiment", TEXT, { targets: ["x"] }], "foreign-option", 422],
    ["predict", ["sentiment", TEXT, { colour: "red" }], "unknown-option", 400],
    ["predict", ["sentiment", LONG, { truncation: "error" }], "too-many-tokens", 422],
    ["predict", ["sentiment", Array(40).fill(LONG), { truncation: "window" }], "too-much-work", 422],
    ["predict", ["sentiment", TEXT, { model: "other" }], "unknown-model", 404],
    ["predict", ["fill-mask", TEXT], "no-mask", 422],
    ["predict", [], "invalid-request", 400],
    ["predict", ["sentiment", null], "invalid-request", 400],
    ["predict", ["sentiment", 7, "x"], "unknown-option", 400],
    ["predict", ["sentiment", [null, 7]], "invalid-request", 400],
    ["explain", ["ner", TEXT], "not-explainable", 422],
    ["explain", ["irony", TEXT, { label: "x" }], "unknown-label", 422],
    ["explain", ["irony", LONG], "too-many-words", 422],
    ["analyze", [TEXT, { tasks: "irony" }], "invalid-request", 400],
    ["embed", [{ text: TEXT, texts: [TEXT] }], "invalid-request", 400],
    ["tokenize", [[TEXT]], "unknown-option", 400],
  ])("%s fails as HTTP does: %#", async (method, args, kind, status) => {
    expect(await problemOfCall(method, ...args)).toMatchObject({ type: `/problems/${kind}`, status });
  });

  test.each(["caller", "old-caller"])("%s gets the whole problem that HTTP has", async (caller) => {
    const wrong: [string, unknown[], string, object][] = [
      ["predict", ["irony", [TEXT, 7, null]], "irony", { batch: [{ text: TEXT }, 7, null] }],
      ["predict", ["irony", TEXT, { a: 1, b: 2 }], "irony", { text: TEXT, a: 1, b: 2 }],
      ["predict", ["irony", Array(50).fill(7)], "irony", { batch: Array(50).fill(7) }],
      [
        "predict",
        ["irony", [TEXT, LONG], { truncation: "error" }],
        "irony",
        { texts: [TEXT, LONG], truncation: "error" },
      ],
    ];
    for (const [method, args, path, body] of wrong) {
      const wanted = (await (await byHttp(path, body)).json()) as { errors: object[] };
      expect(wanted.errors.length).toBeGreaterThan(0);
      const request = { method: "POST", body: JSON.stringify({ method, args }) };
      const response = await service.worker(caller).fetch("http://caller.test/", request);
      const { problem } = (await response.json()) as { problem: object };
      const instance = expect.stringMatching(/^urn:request:[0-9a-f-]{36}$/);
      expect(problem).toEqual({ ...wanted, instance });
    }
  });

  test("nothing that a caller sent is in an error's message", async () => {
    const secret = "7c9e6679-secret";
    const found = await call("predict", "sentiment", [secret, 7, { [secret]: secret }], { model: secret });
    expect(JSON.stringify(found).replaceAll(`/${secret}`, "")).not.toContain(secret);
  });

  test("what is no method of its own is none of the binding's", async () => {
    for (const method of ["constructor", "env", "ctx", "answer"])
      expect(await call(method, "x")).not.toMatchObject({ label: expect.anything() });
  });
});

describe("the example with two Workers", () => {
  beforeAll(buildCode); // what "bertweet-edge/client" is
  const service = startCallers([{ configPath: "examples/two-workers/wrangler.toml" }]);

  test("asks two tasks by methods and tells a problem by its type and fields", async () => {
    const found = await service.get(`/?${new URLSearchParams({ text: TEXT })}`);
    expect(await found.json()).toMatchObject({ label: "positive", entities: [{ text: "Berlin", label: "location" }] });
    const refused = await service.get("/?text=");
    expect([refused.status, await refused.json()]).toEqual([
      400,
      { reason: "/problems/invalid-request", fields: ["/text"] },
    ]);
  });

  test("streams over the binding's fetch", async () => {
    const found = await service.get(`/stream?${new URLSearchParams({ text: "so happy\n \nso sad" })}`);
    expect(await found.json()).toEqual(["positive", "The request is not valid", "negative"]);
  });
});

describe("a service without a model", () => {
  const service = startService({ seeded: false, workers: [CALLER, { configPath: "wrangler.toml" }] as never });

  test("says so by a 503, and logs the refusal under the method's name", async () => {
    const answer = await service.post("/", { method: "embed", args: ["hi"] });
    const wanted = { type: "/problems/model-unavailable", status: 503, retry_after: expect.any(Number) };
    expect(await answer.json()).toMatchObject({ problem: wanted });
    const lines = service.logs().map(({ message }: { message: unknown }) => String(message));
    expect(lines.join("\n")).toContain('"route":"rpc:embed"');
  });
});

describe("a service that counts", () => {
  const { config } = workerWith("test/faults/points_worker.ts", { METRICS_ENDPOINT: "on", QUEUE_LIMIT_MS: "200" });
  const analytics_engine_datasets = [{ binding: "METRICS", dataset: "test" }];
  const service = startCallers([CALLER], { config: { ...(config as object), analytics_engine_datasets } });
  const call = async (method: string, ...args: unknown[]) => (await service.post("/", { method, args })).json();
  const get = (path: string) => service.worker(SERVICE).fetch(`http://service.test${path}`);
  const points = () => takePoints(get);
  const metrics = async () => (await get("/metrics")).text();

  test("counts each call as it counts a request, by the name of its method", async () => {
    await call("predict", "pos", TEXT, { scheme: "ark" });
    const kinds = (await points()).map(({ kind, outcome }) => [kind, outcome]);
    expect(kinds).toContainEqual(["model-loaded", ""]); // no request over HTTP saw the load
    expect(kinds.at(-1)).toEqual(["request", "ok"]);

    await call("predict", "irony", TEXT);
    await call("predict", "irony", TEXT);
    await call("predict", "fill-mask", "a <mask>", { top_k: 3 });
    await call("analyze", TEXT, { tasks: ["irony"] });
    await call("tokenize", TEXT);
    await call("predict", "astrology", TEXT);
    await call("embed", 7);
    const version = expect.stringMatching(/^[0-9a-f]{64}$/);
    const computed = { kind: "request", method: "RPC", status: "200", outcome: "ok", model: "bertweet-mini", version };
    expect(await points()).toMatchObject([
      { ...computed, route: "rpc:predict", task: "irony", engine: "simd", cache: "stored", windows: 1 },
      { ...computed, route: "rpc:predict", task: "irony", engine: "simd", cache: "hit", windows: 0, tokens: 0 },
      { ...computed, route: "rpc:predict", task: "fill-mask", predictions: 3 },
      { ...computed, route: "rpc:analyze", task: "analyze", windows: 1 },
      { ...computed, route: "rpc:tokenize", task: "tokenize" },
      { route: "rpc:predict", method: "RPC", status: "404", outcome: "unknown-task", task: "" },
      { route: "rpc:embed", method: "RPC", status: "400", outcome: "invalid-request", task: "" },
    ]);

    const counted = await metrics();
    const requests = (route: string, status: number, outcome: string, cache: string) =>
      sampleOf(
        counted,
        `bertweet_requests_total{route="${route}",method="RPC",status="${status}",outcome="${outcome}",cache="${cache}"}`,
      );
    expect(requests("rpc:predict", 200, "ok", "hit")).toBe(1);
    expect(requests("rpc:predict", 404, "unknown-task", "none")).toBe(1);
    expect(sampleOf(counted, 'bertweet_request_duration_seconds_count{route="rpc:predict"}')).toBe(5);
    expect(sampleOf(counted, 'bertweet_windows_total{task="irony"}')).toBe(1);
    expect(sampleOf(counted, "bertweet_requests_open")).toBe(1);
  });

  test("refuses calls that would wait too long, says for how long, and counts that", async () => {
    await points();
    const texts = Array.from({ length: 32 }, (_, n) => `${n} ${LONG}`);
    const calls = Array.from({ length: 6 }, (_, n) => call("predict", "irony", [`${n}`, ...texts]));
    const answers = (await Promise.all(calls)) as { problem?: { type: string; retry_after?: number } }[];
    const refused = answers.flatMap(({ problem }) => problem ?? []);
    expect(refused.length).toBeGreaterThan(0);
    for (const { type, retry_after } of refused) {
      expect(type).toBe("/problems/overloaded");
      expect(retry_after).toBeGreaterThan(0);
    }
    const outcomes = (await points()).map(({ outcome, route }) => [outcome, route]);
    expect(outcomes.filter(([outcome]) => outcome === "overloaded")).toHaveLength(refused.length);
    expect(outcomes).toHaveLength(calls.length);
    expect(sampleOf(await metrics(), 'bertweet_requests_refused_total{reason="overloaded"}')).toBe(refused.length);
  });
});
