import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readLines, writeLines } from "./lines.ts";

const utf8 = new TextEncoder();

/** The lines of `bytes` when they come in chunks of the given size. */
async function linesOf(bytes: Uint8Array, chunk: number, limit = 1000) {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += chunk) controller.enqueue(bytes.slice(at, at + chunk));
      controller.close();
    },
  });
  const lines = [];
  for await (const line of readLines(body, { maxBytes: limit, idleMs: 1000 })) lines.push(line);
  return lines;
}

test("lines are numbered from 1, blank ones are counted and left out, the last needs no newline", async () => {
  expect(await linesOf(utf8.encode('{"a":1}\n\r\n \n"é"'), 3)).toEqual([
    { number: 1, text: '{"a":1}' },
    { number: 4, text: '"é"' },
  ]);
});

test("a line that is too long or not UTF-8 gets an error, and the next lines are read as usual", async () => {
  const bytes = Uint8Array.of(...utf8.encode("a".repeat(11)), 0x0a, 0xff, 0x0a, ...utf8.encode("ok"));
  expect(await linesOf(bytes, 4, 10)).toEqual([
    { number: 1, failure: "line-too-long" },
    { number: 2, failure: "line-not-utf8" },
    { number: 3, text: "ok" },
  ]);
});

test("no body has no lines", async () => {
  const lines = [];
  for await (const line of readLines(null, { maxBytes: 10, idleMs: 1000 })) lines.push(line);
  expect(lines).toEqual([]);
});

test("how the bytes are cut into chunks makes no difference", async () => {
  const line = fc.string({ unit: "grapheme" }).map((text) => JSON.stringify(text));
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 50 }), async (lines, chunk) => {
      const found = await linesOf(utf8.encode(lines.join("\n")), chunk, 10_000);
      expect(found).toEqual(lines.map((text, index) => ({ number: index + 1, text })));
    }),
  );
});

test("a line is read when it is requested, and nothing more after the reader has disconnected", async () => {
  let read = 0;
  let left = false;
  const body = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => controller.enqueue(utf8.encode(`${++read}\n`)),
      cancel: () => {
        left = true;
      },
    },
    { highWaterMark: 0 },
  );
  async function* doubled() {
    for await (const line of readLines(body, { maxBytes: 10, idleMs: 1000 }))
      yield String(2 * Number("text" in line && line.text));
  }
  const reader = writeLines(doubled()).getReader();
  const answers = [];
  for (let n = 0; n < 3; n++) answers.push(new TextDecoder().decode((await reader.read()).value));
  expect(answers).toEqual(["2\n", "4\n", "6\n"]);
  expect(read).toBeLessThanOrEqual(4);
  await reader.cancel();
  expect(left).toBe(true);
});

/** The lines of a body that sends parts, each after so many milliseconds, and then never ends. */
async function slowLines(parts: string[], waitMs: number, idleMs: number) {
  let left = false;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const part = parts.shift();
      await sleep(part === undefined ? 10_000 : waitMs, undefined, { ref: false });
      if (part !== undefined) controller.enqueue(utf8.encode(part));
    },
    cancel: () => {
      left = true;
    },
  });
  const lines = [];
  for await (const line of readLines(body, { maxBytes: 100, idleMs })) lines.push(line);
  return { lines, left };
}

test("a body that sends nothing for too long ends with an error line", async () => {
  expect(await slowLines(["1\n2\n3"], 0, 50)).toEqual({
    lines: [
      { number: 1, text: "1" },
      { number: 2, text: "2" },
      { number: 3, failure: "body-too-slow" },
    ],
    left: true,
  });
});

test("a slow body has no time limit as a whole, and an unread body waits", async () => {
  const { lines } = await slowLines(["1", "\n", "2\n", "\n", "\n", "3\n"], 40, 200);
  expect(lines).toEqual([
    { number: 1, text: "1" },
    { number: 2, text: "2" },
    { number: 5, text: "3" },
    { number: 6, failure: "body-too-slow" },
  ]);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(utf8.encode("1\n2\n"));
      controller.close();
    },
  });
  const read = [];
  for await (const line of readLines(body, { maxBytes: 100, idleMs: 20 })) {
    read.push(line);
    await sleep(60); // the one who reads may take longer than that
  }
  expect(read).toEqual([
    { number: 1, text: "1" },
    { number: 2, text: "2" },
  ]);
});
