import { Validator } from "@seriousme/openapi-schema-validator";
import { beforeAll, describe, expect, test } from "vitest";
import { type Document, examplesOf, type NamedOperation, operationsOf, requestsOf, validatorOf } from "./openapi.ts";
import { startService } from "./service.ts";

const service = startService({ seeded: true, vars: { METRICS_ENDPOINT: "on" } });
let document: Document;
let operations: NamedOperation[];
let misfits: ReturnType<typeof validatorOf>;

beforeAll(async () => {
  document = (await (await service.get("/openapi.json")).json()) as Document;
  operations = operationsOf(document);
  misfits = validatorOf(document);
});

test("is valid OpenAPI 3.1, served for a while", async () => {
  const { headers } = await service.get("/openapi.json");
  expect(headers.get("Content-Type")).toMatch(/^application\/json/);
  expect(headers.get("Cache-Control")).toBe("public, max-age=300");
  const validator = new Validator();
  expect(await validator.validate(document as unknown as Record<string, unknown>)).toEqual({ valid: true });
  expect(validator.version).toBe("3.1");
});

test("a client that has it is told so", async () => {
  const etag = (await service.get("/openapi.json")).headers.get("ETag") as string;
  const response = await service.get("/openapi.json", { headers: { "If-None-Match": etag } });
  expect(response.status).toBe(304);
});

test("every operation has a name of its own, a summary and tags", () => {
  expect(operations.length).toBeGreaterThan(10);
  for (const operation of operations)
    expect(operation).toMatchObject({
      operationId: expect.any(String),
      summary: expect.any(String),
      tags: [expect.any(String)],
    });
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
});

test("every example is answered, in the shape that the document says", async () => {
  // Jobs are answered where there are some: test/integration/jobs.test.ts.
  const requests = operations.filter(({ tags }) => !tags?.includes("Jobs")).flatMap(requestsOf);
  expect(requests.length).toBeGreaterThan(operations.length);
  for (const { operation, name, path, init } of requests) {
    const response = await service.get(path, init);
    const body = await response.text();
    expect(response.status, `${operation.operationId}, ${name}: ${body}`).toBe(200);
    expect(response.headers.get("X-Request-Id"), operation.operationId).toMatch(/^[\w-]{36}$/);
    const type = response.headers.get("Content-Type")?.split(";")[0] as string;
    const parts = type.endsWith("ndjson") ? body.trim().split("\n") : [body];
    for (const part of parts) {
      const value = type.startsWith("text/") ? part : JSON.parse(part);
      expect(misfits(operation, 200, type, value)).toEqual([]);
    }
  }
}, 180_000);

test("every example of an answer fits its schema", () => {
  const examples = operations.flatMap((operation) =>
    Object.entries(operation.responses).flatMap(([status, { content = {} }]) =>
      Object.entries(content).flatMap(([type, media]) =>
        [...examplesOf(media).values()].map((value) => misfits(operation, Number(status), type, value)),
      ),
    ),
  );
  expect(examples.length).toBeGreaterThan(10);
  expect(examples.flat()).toEqual([]);
});

test("a name in a path that is too long gets a status that the document has", async () => {
  const named = operations.filter(({ path }) => path.includes("{"));
  expect(named.length).toBeGreaterThan(10);
  for (const { method, path, responses } of named) {
    const response = await service.get(path.replaceAll(/\{\w+\}/g, "x".repeat(200)), { method: method.toUpperCase() });
    expect(Object.keys(responses), `${method} ${path}`).toContain(String(response.status));
  }
});

test("a problem fits its schema", async () => {
  const operation = operations.find(({ operationId }) => operationId === "predict") as NamedOperation;
  const response = await service.get("/v1/sentiment");
  const problem = await response.json();
  expect(misfits(operation, response.status, "application/problem+json", problem)).toEqual([]);
  expect(misfits(operation, response.status, "application/problem+json", {})).not.toEqual([]);
});

test("every answer and every problem of every route has a request id", async () => {
  for (const { operation, path, init } of operations.flatMap((each) => requestsOf(each).slice(0, 1))) {
    const sent = { ...init, headers: { ...init.headers, "X-Request-Id": "trace-1" } };
    const requests = {
      "the answer": service.get(path, sent),
      "no text or a body of another type": service.get(path.split("?")[0] as string, {
        ...sent,
        ...(init.body && { headers: { ...sent.headers, "Content-Type": "text/plain" } }),
      }),
      "another method": service.get(path, { ...sent, method: "DELETE", body: undefined }),
      "a path below": service.get(`${path.split("?")[0]}/no/such/path`, sent),
    };
    for (const [what, request] of Object.entries(requests))
      expect((await request).headers.get("X-Request-Id"), `${operation.operationId}: ${what}`).toBe("trace-1");
  }
});

describe("with AUTH on", () => {
  const { get } = startService({
    seeded: false,
    vars: { AUTH: "on", METRICS_ENDPOINT: "on" },
    secrets: { API_KEY_HASHES: "0".repeat(64) },
  });

  test("what the document says to need a key, or may need one, needs one, and the rest needs none", async () => {
    expect(document.components.securitySchemes).toMatchObject({ bearer: { type: "http", scheme: "bearer" } });
    expect(document.security).toEqual([{}, { bearer: [] }]);
    const asking: unknown[] = [];
    for (const { operation, path, init } of operations
      .map((each) => requestsOf(each)[0])
      .filter((each) => each != null))
      if ((await get(path, init)).status === 401) asking.push(operation.operationId);
    expect(asking).toEqual(operations.filter(({ security }) => !security).map(({ operationId }) => operationId));
  });
});
