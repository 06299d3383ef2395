import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createClient, ProblemError } from "./client.ts";

type Answer = [status: number, headers?: Record<string, string>, body?: string];

const UP: Answer = [200, { "Content-Type": "application/json" }, '{"status":"up"}'];

let answers: Answer[];
let asked: { at: number; method: string | undefined; url: string | undefined; key: string | undefined; body: string }[];
let baseUrl: string;

const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
  const at = performance.now();
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method, url, headers } = request;
  asked.push({ at, method, url, key: headers.authorization, body: Buffer.concat(chunks).toString() });
  const [status, own, body] = answers.shift() ?? UP;
  response.writeHead(status, own).end(body);
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => server.close());

afterEach(() => vi.restoreAllMocks());

beforeEach(() => {
  answers = [];
  asked = [];
});

/** Milliseconds between the first two requests. */
const pause = () => (asked[1]?.at as number) - (asked[0]?.at as number);

const json = (body: unknown): Answer => [200, { "Content-Type": "application/json" }, JSON.stringify(body)];

const lines = (...answers: object[]): Answer => [
  200,
  { "Content-Type": "application/x-ndjson" },
  answers.map((answer) => `${JSON.stringify(answer)}\n`).join(""),
];

const problem = (status: number, kind: string): Answer => [
  status,
  { "Content-Type": "application/problem+json" },
  JSON.stringify({ type: `/problems/${kind}`, title: "It went wrong", status, detail: "So it is.", instance: "urn:x" }),
];

const problemIn = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable("nothing was thrown"),
    (error: ProblemError) => {
      expect(error).toBeInstanceOf(ProblemError);
      return error.problem;
    },
  );

test.each([429, 503])("a %i is asked again, not before Retry-After has passed", async (status) => {
  answers = [[status, { "Retry-After": "1" }]];
  expect(await createClient(baseUrl).tokenize("hi")).toEqual({ status: "up" });
  expect(asked).toHaveLength(2);
  expect(pause()).toBeGreaterThanOrEqual(995);
});

test("Retry-After may be a date", async () => {
  const date = new Date(Date.now() + 2_000); // A date has whole seconds, so one to two seconds remain.
  answers = [[503, { "Retry-After": date.toUTCString() }]];
  await createClient(baseUrl).tokenize("hi");
  expect(pause()).toBeGreaterThanOrEqual(900);
});

test.each(["", "soon"])("with Retry-After %j it waits for a random part of the first wait", async (value) => {
  vi.spyOn(Math, "random").mockReturnValue(0.25);
  const timers = vi.spyOn(globalThis, "setTimeout");
  answers = [[503, { "Retry-After": value }]];
  await createClient(baseUrl).tokenize("hi");
  expect(asked).toHaveLength(2);
  expect(timers.mock.calls.map(([, ms]) => ms)).toContain(0.25 * 250);
});

test("a request is not retried if Retry-After is too long", async () => {
  answers = [[503, { "Retry-After": "3600" }]];
  expect(await problemIn(createClient(baseUrl).tokenize("hi"))).toMatchObject({ status: 503 });
  expect(asked).toHaveLength(1);
});

test("after the last retry the problem is thrown", async () => {
  answers = [problem(503, "model-unavailable"), problem(503, "model-unavailable"), problem(503, "model-unavailable")];
  expect(await problemIn(createClient(baseUrl, { retries: 2 }).tokenize("hi"))).toEqual({
    type: "/problems/model-unavailable",
    title: "It went wrong",
    status: 503,
    detail: "So it is.",
    instance: "urn:x",
  });
  expect(asked).toHaveLength(3);
});

test.each([
  [400, "invalid-request"],
  [401, "unauthorized"],
  [500, "internal"],
])("a %i is thrown at once", async (status, kind) => {
  answers = [problem(status, kind)];
  const failed = createClient(baseUrl).tokenize("hi");
  await expect(failed).rejects.toThrow(`${status} It went wrong: So it is.`);
  expect(await problemIn(failed)).toMatchObject({ type: `/problems/${kind}` });
  expect(asked).toHaveLength(1);
});

test("an answer of something in between is a problem, too", async () => {
  answers = [[502, { "Content-Type": "text/html" }, "<h1>Bad gateway</h1>"]];
  expect(await problemIn(createClient(baseUrl).tokenize("hi"))).toEqual({
    type: "about:blank",
    title: "Bad Gateway",
    status: 502,
  });
});

test("a question is sent again with the same body", async () => {
  answers = [[503]];
  await createClient(baseUrl).embed("again", { pooling: "cls" });
  const sent = ["POST", '{"pooling":"cls","text":"again"}'];
  expect(asked.map(({ method, body }) => [method, body])).toEqual([sent, sent]);
});

test("words and lists are asked in the shapes of the service", async () => {
  const client = createClient(`${baseUrl}/tweets/`);
  answers = [json({}), json({ results: [1, 2] }), json({ results: [3, 4] })];
  await client.predict("ner", { tokens: ["Off", "to"] });
  expect(await client.predict("pos", ["a", "b"], { scheme: "ark" })).toEqual([1, 2]);
  expect(await client.embed(["a", { tokens: ["b"] }])).toEqual([3, 4]);
  expect(asked.map(({ url, body }) => [url, JSON.parse(body)])).toEqual([
    ["/tweets/v1/ner", { tokens: ["Off", "to"] }],
    ["/tweets/v1/pos", { scheme: "ark", texts: ["a", "b"] }],
    ["/tweets/v1/embed", { batch: [{ text: "a" }, { tokens: ["b"] }] }],
  ]);
});

test("a cacheable client asks about one text of a usual length by GET", async () => {
  const client = createClient(baseUrl, { cacheable: true });
  await client.analyze("a & b", { tasks: ["ner/wnut17", "irony"] });
  await client.embed("x".repeat(10_000));
  await client.embed(["a"]);
  expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
    "GET /v1/analyze?tasks=ner%2Fwnut17%2Cirony&text=a+%26+b",
    "POST /v1/embed",
    "POST /v1/embed",
  ]);
});

test("a signal ends the wait", async () => {
  answers = [[503, { "Retry-After": "60" }]];
  const controller = new AbortController();
  const called = createClient(baseUrl).tokenize("hi", { signal: controller.signal });
  await expect.poll(() => asked.length).toBe(1);
  const reason = new Error("never mind");
  controller.abort(reason);
  await expect(called).rejects.toBe(reason);
  expect(asked).toHaveLength(1);
});

test("every request has the key, and uses the given fetch", async () => {
  let fetched = 0;
  const fetch = (url: string, init: RequestInit) => {
    fetched++;
    return globalThis.fetch(url, init);
  };
  answers = [[503]];
  await createClient(`${baseUrl}/`, { apiKey: "secret", fetch }).tokenize("hi");
  expect(asked.map(({ key }) => key)).toEqual(["Bearer secret", "Bearer secret"]);
  expect(fetched).toBe(2);
});

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

describe("a stream", () => {
  async function* slowly<T>(values: readonly T[], ms: number) {
    for (const value of values) {
      await sleep(ms);
      yield value;
    }
  }

  test("is sent in parts and answered line by line, errors among them by their number", async () => {
    const wrong = (line: number) => ({ line, error: { type: "/problems/invalid-request" } });
    answers = [lines(...Array.from({ length: 127 }, (_, n) => ({ n })), wrong(128)), lines(wrong(1), { n: 129 })];
    const texts = Array.from({ length: 130 }, (_, n) => `text ${n}`);
    const found = await collect(createClient(baseUrl).stream("a/b", texts, { top_k: 1, model: "m" }));
    expect(found).toHaveLength(130);
    expect(found.slice(126)).toEqual([{ line: 127, n: 126 }, wrong(128), wrong(129), { line: 130, n: 129 }]);
    expect(asked.map(({ url, body }) => [url, body.split("\n").length])).toEqual([
      ["/v1/a%2Fb/stream?model=m", 129],
      ["/v1/a%2Fb/stream?model=m", 3],
    ]);
    expect(asked[1]?.body.split("\n")[1]).toBe('{"top_k":1,"text":"text 129"}');
  });

  test("does not wait for texts that are not there yet", async () => {
    answers = [lines({ n: 1 }), lines({ n: 2 })];
    const source = slowly(["one", { tokens: ["two"], top_k: 2 }], 200);
    expect(await collect(createClient(baseUrl).stream("irony", source))).toEqual([
      { line: 1, n: 1 },
      { line: 2, n: 2 },
    ]);
    expect(asked.map(({ body }) => body)).toEqual(['{"text":"one"}\n', '{"tokens":["two"],"top_k":2}\n']);
  });

  test("ends when its answers are no longer taken, and lets go of its source", async () => {
    answers = [lines({ n: 1 }, { n: 2 })];
    let left = false;
    async function* endless() {
      try {
        yield* ["one", "two"];
        await sleep(100);
        yield* slowly(Array(100).fill("more"), 20);
      } finally {
        left = true;
      }
    }
    for await (const answer of createClient(baseUrl).stream("irony", endless())) {
      expect(answer).toEqual({ line: 1, n: 1 });
      break;
    }
    await expect.poll(() => left).toBe(true);
    expect(asked).toHaveLength(1);
  });

  test("is called off by its signal, also while it waits for a text", async () => {
    const controller = new AbortController();
    const reason = new Error("never mind");
    const source = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise<IteratorResult<string>>(() => {}) }),
    };
    const read = collect(createClient(baseUrl).stream("irony", source, { signal: controller.signal }));
    setTimeout(() => controller.abort(reason), 50);
    await expect(read).rejects.toBe(reason);
  });

  test("that breaks off is no complete one", async () => {
    answers = [lines({ n: 1 })];
    await expect(collect(createClient(baseUrl).stream("irony", ["one", "two"]))).rejects.toThrow("ended before");
  });

  test("throws the failure of its source", async () => {
    async function* broken() {
      yield "one";
      throw new Error("the disk is gone");
    }
    answers = [lines({ n: 1 })];
    await expect(collect(createClient(baseUrl).stream("irony", broken()))).rejects.toThrow("the disk is gone");
  });
});

test("it brings no other code along", async () => {
  const { metafile, outputFiles } = await build({
    entryPoints: ["src/client.ts"],
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
    metafile: true,
  });
  expect(Object.keys(metafile.inputs).sort()).toEqual([
    "src/client.ts",
    "src/packages/bertweet.ts",
    "src/packages/jobs-client.ts",
    "src/packages/problem-error.ts",
    "src/read-problem.ts",
    "src/sleep.ts",
    "src/within.ts",
  ]);
  expect(outputFiles[0]?.contents.length).toBeLessThan(11_000);
});
