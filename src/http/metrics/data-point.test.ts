import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { BLOBS, DOUBLES, eventPoint, requestPoint } from "./data-point.ts";

const record = {
  route: "/v1/:task",
  method: "GET",
  status: 200,
  outcome: "ok",
  task: "pos/ark",
  model: "bertweet-mini",
  version: "c9bf",
  engine: "simd",
  cache: "stored",
  totalMs: 12.5,
  queueMs: 3,
  tokens: 20,
  windows: 1,
  predictions: 5,
  lines: 2,
  failedLines: { "not-json": 1, "invalid-request": 2 },
};

test("every fact of a request has its place", () => {
  expect(requestPoint(record)).toEqual({
    indexes: ["/v1/:task"],
    blobs: ["request", "/v1/:task", "GET", "200", "ok", "pos/ark", "bertweet-mini", "c9bf", "simd", "stored"],
    doubles: [12.5, 3, 20, 1, 5, 2, 3, 0, 0],
  });
});

test("what a request lacks is empty", () => {
  const { blobs, doubles } = requestPoint({
    route: "other",
    method: "GET",
    status: 404,
    outcome: "not-found",
    totalMs: 1,
  });
  expect(blobs).toEqual(["request", "other", "GET", "404", "not-found", "", "", "", "", ""]);
  expect(doubles).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0]);
});

test("a load has its own data point, with the time of its last step", () => {
  const loaded = { model: "m", version: "v", engine: "ort", bytes: 1_000, wasmMemoryBytes: 2_000 };
  const { indexes, blobs, doubles } = eventPoint({ event: "model-loaded", ...loaded, ms: { words: 30, encoder: 200 } });
  expect(indexes).toEqual(["model-loaded"]);
  expect(blobs).toEqual(["model-loaded", "", "", "", "", "", "m", "v", "ort", ""]);
  expect(doubles).toEqual([0, 0, 0, 0, 0, 0, 0, 200, 1_000]);
});

test("a pointer that could not be read is one, without its reason", () => {
  const { blobs } = eventPoint({ event: "refresh-failed", model: "m", reason: "because", retryInMs: 1 });
  expect(blobs).toEqual(["refresh-failed", "", "", "", "", "", "m", "", "", ""]);
});

test("the layout is within Analytics Engine's limits, and docs/operations.md describes it", () => {
  expect(BLOBS.length).toBeLessThanOrEqual(20);
  expect(DOUBLES.length).toBeLessThanOrEqual(20);
  const document = readFileSync("docs/operations.md", "utf8");
  const rows = [...document.matchAll(/^\| `((?:blob|double)\d+)` \| `(\w+)` \|/gm)].map(([, column, name]) => [
    column,
    name,
  ]);
  expect(rows).toEqual([
    ...BLOBS.map((name, index) => [`blob${index + 1}`, name]),
    ...DOUBLES.map((name, index) => [`double${index + 1}`, name]),
  ]);
});

test("every column that a query of docs/operations.md names exists", () => {
  const document = readFileSync("docs/operations.md", "utf8");
  const queries = [...document.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, query]) => query as string);
  expect(queries.length).toBeGreaterThan(5);
  const known = new Set([...BLOBS.map((_, i) => `blob${i + 1}`), ...DOUBLES.map((_, i) => `double${i + 1}`)]);
  for (const query of queries)
    for (const [column] of query.matchAll(/\b(?:blob|double)\d+\b/g)) expect(known, query).toContain(column);
});
