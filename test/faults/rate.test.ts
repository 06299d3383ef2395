import { expect, test } from "vitest";
import { startService } from "../integration/service.ts";

/** Of wrangler.toml's [[ratelimits]]: passes that a client may have computed in a period. */
const LIMIT = 300;

/** More passes than two periods grant: periods follow the wall clock, and one may begin in the middle of a test. */
const TOO_MANY = 2 * LIMIT + 60;

const { post } = startService({ seeded: true, vars: { ENGINE: "simd", RATE_LIMIT: "on" } });

const from = (address: string) => ({ "CF-Connecting-IP": address });
const batch = (name: string) => ({ texts: Array.from({ length: 60 }, (_, n) => `${name} ${n}`) });

test("a batch is charged by its windows, and nothing is computed beyond the limit", async () => {
  const client = from("192.0.2.1");
  const statuses: number[] = [];
  for (let n = 0; n < TOO_MANY / 60 && statuses.at(-1) !== 429; n++)
    statuses.push((await post("/v1/sentiment", batch(`batch ${n}`), client)).status);
  expect(statuses.slice(0, LIMIT / 60)).toEqual(Array(LIMIT / 60).fill(200));
  expect(statuses.at(-1)).toBe(429);
});

test("a cached answer is charged once, however many windows it took", async () => {
  const client = from("192.0.2.2");
  const statuses: number[] = [];
  for (let n = 0; n < 20; n++) statuses.push((await post("/v1/sentiment", batch("the same"), client)).status);
  expect(new Set(statuses)).toEqual(new Set([200]));
});

test("a stream is charged line by line, and a line beyond the limit is told so", async () => {
  const lines = Array.from({ length: TOO_MANY }, (_, n) => JSON.stringify({ text: `line ${n}` })).join("\n");
  const headers = { ...from("192.0.2.3"), "Content-Type": "application/x-ndjson" };
  const response = await post("/v1/sentiment/stream", lines, headers);
  expect(response.status).toBe(200);
  const answers = (await response.text())
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { label?: string; error?: { type: string } });
  expect(answers).toHaveLength(TOO_MANY);
  expect(answers[0]?.label).toBeDefined();
  const refused = answers.filter(({ error }) => error);
  expect(new Set(refused.map(({ error }) => error?.type))).toEqual(new Set(["/problems/rate-limited"]));
});
