import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createClient, ProblemError } from "./client.ts";

type Answer = [status: number, headers?: Record<string, string>, body?: string];

const UP: Answer = [200, { "Content-Type": "application/json" }, '{"status":"up"}'];

let answers: Answer[];
let asked: { at: number; method: string | undefined; key: string | undefined; body: string }[];
let baseUrl: string;

const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
  const at = performance.now();
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method, headers } = request;
  asked.push({ at, method, key: headers.authorization, body: Buffer.concat(chunks).toString() });
  const [status, own, body] = answers.shift() ?? UP;
  response.writeHead(status, own).end(body);
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => server.close());

beforeEach(() => {
  answers = [];
  asked = [];
});

/** Milliseconds between the first two requests. */
const pause = () => (asked[1]?.at as number) - (asked[0]?.at as number);

const problem = (status: number, kind: string): Answer => [
  status,
  { "Content-Type": "application/problem+json" },
  JSON.stringify({ type: `/problems/${kind}`, title: "It went wrong", status, detail: "So it is.", instance: "urn:x" }),
];

const problemOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable("nothing was thrown"),
    (error: ProblemError) => {
      expect(error).toBeInstanceOf(ProblemError);
      return error.problem;
    },
  );

test.each([429, 503])("a %i is asked again, not before Retry-After has passed", async (status) => {
  answers = [[status, { "Retry-After": "1" }]];
  const response = await createClient(baseUrl).healthz.$get();
  expect(await response.json()).toEqual({ status: "up" });
  expect(asked).toHaveLength(2);
  expect(pause()).toBeGreaterThanOrEqual(995);
});

test("Retry-After may be a date", async () => {
  const date = new Date(Date.now() + 2_000); // a date has whole seconds, so between one and two are left
  answers = [[503, { "Retry-After": date.toUTCString() }]];
  await createClient(baseUrl).healthz.$get();
  expect(pause()).toBeGreaterThanOrEqual(900);
});

test.each(["", "soon"])("with Retry-After %j it takes less than the first wait's longest", async (value) => {
  answers = [[503, { "Retry-After": value }]];
  await createClient(baseUrl).healthz.$get();
  expect(asked).toHaveLength(2);
  expect(pause()).toBeLessThan(900);
});

test("a service that asks for too much patience is not asked again", async () => {
  answers = [[503, { "Retry-After": "3600" }]];
  expect(await problemOf(createClient(baseUrl).healthz.$get())).toMatchObject({ status: 503 });
  expect(asked).toHaveLength(1);
});

test("after the last retry the problem is thrown", async () => {
  answers = [problem(503, "model-unavailable"), problem(503, "model-unavailable"), problem(503, "model-unavailable")];
  expect(await problemOf(createClient(baseUrl, { retries: 2 }).healthz.$get())).toEqual({
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
  const failed = createClient(baseUrl).healthz.$get();
  await expect(failed).rejects.toThrow(`${status} It went wrong: So it is.`);
  expect(await problemOf(failed)).toMatchObject({ type: `/problems/${kind}` });
  expect(asked).toHaveLength(1);
});

test("an answer of something in between is a problem, too", async () => {
  answers = [[502, { "Content-Type": "text/html" }, "<h1>Bad gateway</h1>"]];
  expect(await problemOf(createClient(baseUrl).healthz.$get())).toEqual({
    type: "about:blank",
    title: "Bad Gateway",
    status: 502,
  });
});

test("a POST is sent again with the same body", async () => {
  answers = [[503]];
  await createClient(baseUrl).v1.embed.$post({ json: { text: "again" } });
  expect(asked.map(({ method, body }) => [method, body])).toEqual(Array(2).fill(["POST", '{"text":"again"}']));
});

test("a body that is a stream is sent once", async () => {
  answers = [[503]];
  const init = { body: new Blob(['{"text":"once"}']).stream(), duplex: "half" } as RequestInit;
  const failed = createClient(baseUrl).v1.embed.$post({ json: {} }, { init });
  expect(await problemOf(failed)).toMatchObject({ status: 503 });
  expect(asked.map(({ body }) => body)).toEqual(['{"text":"once"}']);
});

test("a signal ends the wait", async () => {
  answers = [[503, { "Retry-After": "60" }]];
  const controller = new AbortController();
  const called = createClient(baseUrl).healthz.$get(undefined, { init: { signal: controller.signal } });
  await expect.poll(() => asked.length).toBe(1);
  const reason = new Error("never mind");
  controller.abort(reason);
  await expect(called).rejects.toBe(reason);
  expect(asked).toHaveLength(1);
});

test("the key goes along with every request, through the fetch that was given", async () => {
  let fetched = 0;
  const fetch: typeof globalThis.fetch = (input, init) => {
    fetched++;
    return globalThis.fetch(input, init);
  };
  answers = [[503]];
  await createClient(`${baseUrl}/`, { apiKey: "secret", fetch }).healthz.$get();
  expect(asked.map(({ key }) => key)).toEqual(["Bearer secret", "Bearer secret"]);
  expect(fetched).toBe(2);
});

test("it brings no code of the service along", async () => {
  const { metafile } = await build({
    entryPoints: ["src/client.ts"],
    bundle: true,
    format: "esm",
    write: false,
    metafile: true,
  });
  const inputs = Object.keys(metafile.inputs);
  expect(inputs.filter((path) => !path.startsWith("node_modules/hono/dist/"))).toEqual([
    "src/read-problem.ts",
    "src/sleep.ts",
    "src/client.ts",
  ]);
});
