import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { startService } from "./service.ts";

const { post, url } = startService({ seeded: true });

const NDJSON = "application/x-ndjson";

const send = (lines: string, task = "sentiment") => post(`/v1/${task}/stream`, lines, { "Content-Type": NDJSON });

const linesOf = (body: string) =>
  body
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { label?: string; line?: number; error?: { type: string } });

test("each line gets the answer that it gets alone, in order", async () => {
  const texts = Array.from({ length: 40 }, (_, n) => `tweet number ${n} 😀`);
  const response = await send(texts.map((text) => JSON.stringify({ text })).join("\n"));
  expect(response.headers.get("Content-Type")).toBe(NDJSON);
  const { results } = (await (await post("/v1/sentiment", { texts })).json()) as { results: unknown[] };
  expect(linesOf(await response.text())).toEqual(results);
});

test("a broken line gets an error line of its own and the rest goes on", async () => {
  const response = await send(
    ['{"text":"fine"}', "{", "", '{"text":""}', '{"text":"x","scheme":"ark"}', '{"tokens":["still","fine"]}'].join(
      "\n",
    ),
  );
  const lines = linesOf(await response.text());
  expect(lines.map(({ line, error }) => error && [line, error.type])).toEqual([
    undefined,
    [2, "/problems/not-json"],
    [4, "/problems/invalid-request"],
    [5, "/problems/unknown-scheme"],
    undefined,
  ]);
  expect(lines[4]?.label).toBeDefined();
});

test("a stream of another media type, or for no task, is refused", async () => {
  expect((await post("/v1/sentiment/stream", { text: "a" })).status).toBe(415);
  const lines = linesOf(await (await send('{"text":"a"}', "astrology")).text());
  expect(lines[0]?.error?.type).toBe("/problems/unknown-task");
});

test("a line is read when its answer is wanted: an endless body is answered as it comes", async () => {
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      controller.enqueue(new TextEncoder().encode(`${JSON.stringify({ text: `line ${sent++}` })}\n`));
      await sleep(1);
    },
  });
  const leave = new AbortController();
  const response = await fetch(url("/v1/sentiment/stream"), {
    method: "POST",
    headers: { "Content-Type": NDJSON },
    body,
    duplex: "half",
    signal: leave.signal,
  } as RequestInit);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  for (let answers = 0; answers < 20; ) {
    const { value } = await reader.read();
    answers += new TextDecoder().decode(value).split("\n").length - 1;
  }
  leave.abort();
  expect((await send('{"text":"still there"}')).status).toBe(200);
});
