import { describe, expect, test } from "vitest";
import { MAX_BATCH_TEXTS, MAX_BODY_BYTES, MAX_MASKS, MAX_TEXT_UTF16_UNITS } from "../../src/limits.ts";
import { useService } from "./service.ts";

const { get, post } = useService();

async function expectProblem(
  response: { status: number; headers: { get(name: string): string | null }; json(): Promise<unknown> },
  status: number,
  kind: string,
) {
  const problem = await response.json();
  expect(problem).toMatchObject({
    type: `/problems/${kind}`,
    status,
    title: expect.any(String),
    detail: expect.any(String),
  });
  expect(response.status).toBe(status);
  expect(response.headers.get("Content-Type")).toBe("application/problem+json");
  expect(response.headers.get("Cache-Control")).toBe("no-store");
  expect(problem).toMatchObject({ instance: `urn:request:${response.headers.get("X-Request-Id")}` });
  return problem;
}

const long = "a".repeat(MAX_TEXT_UTF16_UNITS + 1);

describe("GET", () => {
  test.each([
    ["no text", "/v1/sentiment", 400, "invalid-request"],
    ["an empty text", "/v1/sentiment?text=", 400, "invalid-request"],
    ["a text of nothing but space", "/v1/sentiment?text=%20%0A", 400, "invalid-request"],
    ["two texts", "/v1/sentiment?text=a&text=b", 400, "invalid-request"],
    ["an unknown option", "/v1/sentiment?text=a&temperature=2", 400, "unknown-option"],
    ["an option of another task", "/v1/sentiment?text=a&targets=b", 422, "foreign-option"],
    ["a tag set that the task has not", "/v1/pos?text=a&scheme=wnut17", 422, "unknown-scheme"],
    ["a target of several pieces", "/v1/fill-mask?text=%3Cmask%3E&targets=two%20words", 422, "unknown-target"],
    [
      "more masks than are filled at once",
      `/v1/fill-mask?text=${"%3Cmask%3E%20".repeat(MAX_MASKS + 1)}`,
      422,
      "too-many-masks",
    ],
    ["top_k of 0", "/v1/sentiment?text=a&top_k=0", 400, "invalid-request"],
    ["an unknown kind of truncation", "/v1/sentiment?text=a&truncation=maybe", 400, "invalid-request"],
    [
      "more tokens than fit, with truncation=error",
      `/v1/sentiment?text=${"word%20".repeat(200)}&truncation=error`,
      422,
      "too-many-tokens",
    ],
    ["a text that is too long", `/v1/sentiment?text=${long}`, 413, "text-too-long"],
    ["an unknown task", "/v1/astrology?text=a", 404, "unknown-task"],
    ["a task named like a property of every object", "/v1/constructor?text=a", 404, "unknown-task"],
    ["an unknown path", "/v2/sentiment", 404, "not-found"],
    ["an unknown model", "/v1/models/bertweet-maxi", 404, "unknown-model"],
    ["tokenize without a text", "/v1/tokenize", 400, "invalid-request"],
  ])("%s is refused", async (_, path, status, kind) => {
    await expectProblem(await get(path), status, kind);
  });
});

describe("POST", () => {
  test.each<[string, unknown, number, string]>([
    ["no text", {}, 400, "invalid-request"],
    ["a text that is no string", { text: 1 }, 400, "invalid-request"],
    ["both text and texts", { text: "a", texts: ["b"] }, 400, "invalid-request"],
    ["an empty batch", { texts: [] }, 400, "invalid-request"],
    ["an empty text in a batch", { texts: ["a", ""] }, 400, "invalid-request"],
    ["a batch that is too large", { texts: Array(MAX_BATCH_TEXTS + 1).fill("a") }, 413, "batch-too-large"],
    ["a text that is too long", { text: long }, 413, "text-too-long"],
    ["an unknown option", { text: "a", temperature: 2 }, 400, "unknown-option"],
    ["a body that is not JSON", "{", 400, "not-json"],
    ["a body that is JSON but no object", "[]", 400, "invalid-request"],
    ["an empty body", "", 400, "not-json"],
    ["a body that is too large", { text: "a", texts: "a".repeat(MAX_BODY_BYTES) }, 413, "body-too-large"],
  ])("%s is refused", async (_, body, status, kind) => {
    await expectProblem(await post("/v1/sentiment", body), status, kind);
  });

  test("a body of another media type is refused", async () => {
    const response = await post("/v1/sentiment", "text=a", { "Content-Type": "application/x-www-form-urlencoded" });
    await expectProblem(response, 415, "unsupported-media-type");
  });

  test("the problem says where in the body it lies", async () => {
    const problem = await expectProblem(await post("/v1/sentiment", { texts: ["a", 2] }), 400, "invalid-request");
    expect(problem).toMatchObject({ errors: [{ pointer: "/texts/1" }] });
  });
});

test.each([
  ["DELETE", "/v1/sentiment", "GET, HEAD, POST"],
  ["PUT", "/v1/tokenize", "GET, HEAD, POST"],
  ["POST", "/healthz", "GET, HEAD"],
  ["POST", "/v1/models", "GET, HEAD"],
  ["POST", "/v1/models/bertweet-mini", "GET, HEAD"],
  ["GET", "/v1/sentiment/stream", "POST"],
  ["DELETE", "/v1/ner/wnut17", "GET, HEAD, POST"],
])("%s %s answers 405 and names what is allowed", async (method, path, allow) => {
  const response = await get(path, { method });
  await expectProblem(response, 405, "method-not-allowed");
  expect(new Set(response.headers.get("Allow")?.split(", "))).toEqual(new Set(allow.split(", ")));
});

describe("the request id that a client sends", () => {
  test.each(["a", "Trace_1-x=", "f".repeat(255)])("%s is taken", async (id) => {
    expect((await get("/healthz", { headers: { "X-Request-Id": id } })).headers.get("X-Request-Id")).toBe(id);
    const refused = await get("/v1/sentiment", { headers: { "X-Request-Id": id } });
    expect(refused.headers.get("X-Request-Id")).toBe(id);
    expect(await refused.json()).toMatchObject({ instance: expect.stringMatching(/^urn:request:[0-9a-f-]{36}$/) });
  });

  test.each([
    "",
    "f".repeat(256),
    "a b",
    'a","event":"model-loaded',
    "a<script>",
    "a:b",
    "\u00e9",
    "a%0d%0aSet-Cookie:b",
    "a, b",
    "a\tb",
  ])("%j is replaced by one of ours", async (id) => {
    const response = await get("/v1/sentiment", { headers: { "X-Request-Id": id } });
    const answered = response.headers.get("X-Request-Id");
    expect(answered).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(await response.json()).toMatchObject({ instance: `urn:request:${answered}` });
  });
});

test.each([
  ["an unknown path", "POST", "/models/bertweet-mini/pipeline/ner/more", 404],
  ["another method", "GET", "/models/bertweet-mini", 405],
  ["another method of a pipeline", "PUT", "/models/bertweet-mini/pipeline/ner", 405],
  ["an unknown model", "POST", "/models/bertweet-maxi", 404],
])("%s below Hugging Face's routes repeats its detail as error", async (_, method, path, status) => {
  const body = method === "GET" ? {} : { body: '{"inputs":"a"}', headers: { "Content-Type": "application/json" } };
  const problem = (await (await get(path, { method, ...body })).json()) as { error?: string; detail: string };
  expect(problem).toMatchObject({ status, error: problem.detail });
  expect(await (await get("/v1/no/such/path")).json()).not.toHaveProperty("error");
});
