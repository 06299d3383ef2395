import { beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../../src/client.ts";
import { KEY, startJobs } from "../jobs/service.ts";
import { type Document, operationsOf, validatorOf } from "./openapi.ts";
import { startService, useService } from "./service.ts";

const ORDER = { input: "r2://tweets/rows.ndjson", output: "r2://labels/out/", tasks: ["sentiment", "ner"] };

const REQUESTS: [string, string, object?][] = [
  ["POST", "", ORDER],
  ["GET", ""],
  ["GET", "/abc"],
  ["DELETE", "/abc"],
  ["POST", "/abc/retry"],
];

function requestOf(method: string, body: object | undefined, headers: Record<string, string> = {}) {
  return { method, headers: { "Content-Type": "application/json", ...headers }, body: body && JSON.stringify(body) };
}

describe("without AUTH", () => {
  const { get } = useService();

  test.each(REQUESTS)("%s /v1/jobs%s is refused", async (method, path, body) => {
    const response = await get(`/v1/jobs${path}`, requestOf(method, body));
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ type: "/problems/jobs-need-keys", status: 403 });
  });
});

describe("without a Worker that runs jobs", () => {
  const hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"; // of "test"
  const { get } = startService({ seeded: false, vars: { AUTH: "on" }, secrets: { API_KEY_HASHES: hash } });

  test.each(REQUESTS)("%s /v1/jobs%s is told so", async (method, path, body) => {
    const response = await get(`/v1/jobs${path}`, requestOf(method, body, { Authorization: "Bearer test" }));
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ type: "/problems/jobs-off" });
    expect((await get(`/v1/jobs${path}`, requestOf(method, body))).status).toBe(401);
  });
});

describe("with jobs", () => {
  const { jobs, stream, url, get } = startJobs();
  const TEXTS = Array.from({ length: 30 }, (_, index) => `Off to Berlin with @anna number ${index} 😍`);
  const rows = TEXTS.map((text, index) => `{"id": 1234567890123456${index + 100}, "text": ${JSON.stringify(text)}}`);
  rows[3] = "{no json";
  rows[5] = '{"text": 7}';
  rows[7] = '{"answer": 1, "text": "a"}';
  const bad = new Set([3, 5, 7]);

  let misfits: ReturnType<typeof validatorOf>;
  let operations: ReturnType<typeof operationsOf>;
  beforeAll(async () => {
    await jobs.put("rows.ndjson", `${rows.join("\n")}\n`);
    const document = (await (await get("/openapi.json")).json()) as Document;
    operations = operationsOf(document);
    misfits = validatorOf(document);
  });
  const expectFit = (operationId: string, status: number, body: unknown) => {
    const operation = operations.find((each) => each.operationId === operationId);
    const type = status < 300 ? "application/json" : "application/problem+json";
    expect(misfits(operation as never, status, type, body)).toEqual([]);
  };

  test("every row gets its characters back with the API's answer, in order, and a bad row its error", async () => {
    const response = await jobs.post(ORDER);
    const submitted = (await response.json()) as { id: string };
    expect([response.status, response.headers.get("Location")]).toEqual([202, `/v1/jobs/${submitted.id}`]);
    expectFit("submitJob", 202, submitted);
    const ended = await jobs.ended(submitted.id);
    expectFit("getJob", 200, ended);
    expect(ended).toMatchObject({
      state: "finished",
      chunks: { total: 1, done: 1, dead: 0 },
      lines: { answered: 27, failed: 3 },
      work: { windows: 27 },
    });
    const { lines, manifest } = await jobs.output(ended);
    const answers = await stream(TEXTS, "tasks=sentiment,ner");
    expect(lines).toHaveLength(rows.length);
    for (const [index, line] of lines.entries())
      if (!bad.has(index)) expect(line).toBe(`${rows[index]?.slice(0, -1)},"answer":${answers[index]}}`);
    const parsed = [3, 5, 7].map((index) => JSON.parse(lines[index] as string));
    expect(parsed).toMatchObject([
      { line: rows[3], answer: { error: { type: "/problems/not-json" } } },
      { text: 7, answer: { error: { type: "/problems/invalid-request", errors: [{ pointer: "/text" }] } } },
      { line: rows[7], answer: { error: { errors: [{ pointer: "/answer" }] } } },
    ]);
    expect(manifest).toMatchObject({ job: submitted.id, model: ended.model, missing: [], lines: ended.lines });

    const again = await jobs.post(ORDER);
    expect([again.status, await again.json()]).toEqual([200, ended]);
    expect(await jobs.cancel(submitted.id)).toEqual(ended);
    expect(await jobs.retry(submitted.id)).toEqual(ended);
  });

  test("the client has them, newest first, page by page", async () => {
    const client = createClient(url("/"), { apiKey: KEY });
    for (const tasks of [["irony"], ["emotion"]]) {
      const { id } = await client.jobs.submit({ ...ORDER, tasks });
      await jobs.ended(id);
    }
    const page = await client.jobs.list({ limit: 2 });
    expectFit("listJobs", 200, page);
    const rest = await client.jobs.list({ after: page.next as string });
    const listed = [...page.jobs, ...rest.jobs];
    expect(page.jobs).toHaveLength(2);
    expect(rest.next).toBeUndefined();
    const times = listed.map(({ submitted_at }) => submitted_at);
    expect(times).toEqual(times.toSorted().reverse());
    const job = await client.jobs.get(listed[0]?.id as string);
    expect(job).toMatchObject({ tasks: ["emotion"], state: "finished" });
    expect(await client.jobs.cancel(job.id)).toEqual(job);
    expect(await client.jobs.retry(job.id)).toEqual(job);
  });

  test.each<[string, number, object]>([
    ["input-not-found", 422, { ...ORDER, input: "r2://tweets/none.csv" }],
    ["invalid-request", 400, { ...ORDER, input: "r2://others/rows.ndjson" }],
    ["invalid-request", 400, { ...ORDER, output: "r2://others/out/" }],
    ["invalid-request", 400, { ...ORDER, output: "r2://labels/out" }],
    ["invalid-request", 400, { ...ORDER, output: "r2://labels/jobs/" }],
    ["invalid-request", 400, { ...ORDER, input: "tweets/rows.ndjson" }],
    ["invalid-request", 400, { ...ORDER, input: "r2://tweets/rows.docx" }],
    ["invalid-request", 400, { ...ORDER, input: "r2://tweets/rows.parquet.gz" }],
    ["invalid-request", 400, { ...ORDER, format: "excel" }],
    ["invalid-request", 400, { ...ORDER, answer_field: "line" }],
    ["unknown-option", 400, { ...ORDER, top_k: 3 }],
    ["unknown-task", 404, { ...ORDER, tasks: ["astrology"] }],
    ["unknown-model", 404, { ...ORDER, model: "gpt" }],
  ])("%s: %i for %o", async (type, status, order) => {
    const response = await jobs.post(order);
    const problem = await response.json();
    expect(problem).toMatchObject({ type: `/problems/${type}`, status });
    expect(response.status).toBe(status);
    expectFit("submitJob", status, problem);
  });

  test.each(["GET", "DELETE"])("%s of a job that is none is told so", async (method) => {
    const response = await jobs.ask(`/${"0".repeat(32)}`, { method });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ type: "/problems/unknown-job" });
  });

  test.each(["limit=0", "limit=51", "limit=x", "after=nothing", "page=2"])(
    "a list of ?%s is refused",
    async (query) => {
      expect((await jobs.ask(`?${query}`)).status).toBe(400);
    },
  );

  test.each([
    ["PUT", "", "GET, HEAD, POST"],
    ["POST", "/abc", "DELETE, GET, HEAD"],
    ["GET", "/abc/retry", "POST"],
  ])("%s /v1/jobs%s is not allowed", async (method, path, allowed) => {
    const response = await jobs.ask(path, { method });
    expect(response.status).toBe(405);
    const allow = response.headers.get("Allow")?.split(", ").sort();
    expect(allow).toEqual(allowed.split(", "));
  });
});
