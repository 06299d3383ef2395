import { expect, test } from "vitest";
import { useService } from "./service.ts";

const { get, post } = useService();

const MODEL = "/models/bertweet-mini";

test.each<[string, string, unknown, number, string]>([
  ["an unknown model", "/models/bertweet-maxi", { inputs: "a" }, 404, "unknown-model"],
  ["an unknown task", `${MODEL}/pipeline/summarization`, { inputs: "a" }, 404, "unknown-task"],
  ["an unknown tag set", `${MODEL}/pipeline/ner`, { inputs: "a", parameters: { scheme: "x" } }, 422, "unknown-scheme"],
  ["no inputs", MODEL, {}, 400, "invalid-request"],
  ["an empty list", MODEL, { inputs: [] }, 400, "invalid-request"],
  ["a text that is too long", MODEL, { inputs: "a".repeat(20_001) }, 413, "text-too-long"],
  ["too many texts", MODEL, { inputs: Array(65).fill("a") }, 413, "batch-too-large"],
  [
    "too many texts to compare",
    `${MODEL}/pipeline/sentence-similarity`,
    { inputs: { source_sentence: "a", sentences: Array(64).fill("a") } },
    413,
    "batch-too-large",
  ],
  ["a comparison with nothing", MODEL, { inputs: { source_sentence: "a", sentences: [] } }, 400, "invalid-request"],
  [
    "parameters of two pipelines",
    MODEL,
    { inputs: "a", normalize: true, parameters: { top_k: 1 } },
    422,
    "foreign-option",
  ],
  [
    "an unknown parameter",
    `${MODEL}/pipeline/fill-mask`,
    { inputs: "<mask>", parameters: { topk: 1 } },
    400,
    "unknown-option",
  ],
  [
    "a parameter of another task",
    `${MODEL}/pipeline/irony`,
    { inputs: "a", parameters: { stride: 1 } },
    422,
    "foreign-option",
  ],
  ["no mask", `${MODEL}/pipeline/fill-mask`, { inputs: "a" }, 422, "no-mask"],
  [
    "a target of several pieces",
    MODEL,
    { inputs: "<mask>", parameters: { targets: ["two words"] } },
    422,
    "unknown-target",
  ],
  [
    "more tokens than fit, not to be truncated",
    `${MODEL}/pipeline/feature-extraction`,
    { inputs: "word ".repeat(200), truncate: false },
    422,
    "too-many-tokens",
  ],
  ["a body that is not JSON", MODEL, "{", 400, "not-json"],
])("%s is refused, in words that their clients show", async (_, path, body, status, kind) => {
  const response = await post(path, body);
  const problem = (await response.json()) as { detail: string };
  expect(response.status).toBe(status);
  expect(response.headers.get("Content-Type")).toBe("application/problem+json");
  expect(problem).toMatchObject({ type: `/problems/${kind}`, status, error: problem.detail });
});

test("a problem names the element of inputs that is no text", async () => {
  const response = await post(MODEL, { inputs: ["a", 1] });
  expect(await response.json()).toMatchObject({
    type: "/problems/invalid-request",
    errors: [{ pointer: "/inputs/1" }],
  });
});

test("a problem names the text that it is about", async () => {
  const response = await post(`${MODEL}/pipeline/fill-mask`, { inputs: ["a <mask>", "none"] });
  expect(await response.json()).toMatchObject({ errors: [{ pointer: "/inputs/1" }] });
});

test("/openapi.json has every pipeline", async () => {
  const { paths } = (await (await get("/openapi.json")).json()) as { paths: Record<string, object> };
  const pipelines = [
    "text-classification",
    "token-classification",
    "fill-mask",
    "feature-extraction",
    "sentence-similarity",
    "{task}",
  ];
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining(["/models/{id}", ...pipelines.map((name) => `/models/{id}/pipeline/${name}`)]),
  );
});
