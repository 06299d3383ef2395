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
  for await (const line of readLines(body, limit)) lines.push(line);
  return lines;
}

test("lines are numbered from 1, blank ones are counted and left out, the last needs no newline", async () => {
  expect(await linesOf(utf8.encode('{"a":1}\n\r\n \n"é"'), 3)).toEqual([
    { number: 1, text: '{"a":1}' },
    { number: 4, text: '"é"' },
  ]);
});

test("a line that is too long or not UTF-8 has no text, and the next ones are as they were", async () => {
  const bytes = Uint8Array.of(...utf8.encode("a".repeat(11)), 0x0a, 0xff, 0x0a, ...utf8.encode("ok"));
  expect(await linesOf(bytes, 4, 10)).toEqual([
    { number: 1, text: undefined },
    { number: 2, text: undefined },
    { number: 3, text: "ok" },
  ]);
});

test("no body has no lines", async () => {
  const lines = [];
  for await (const line of readLines(null, 10)) lines.push(line);
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

test("a line is read when one is wanted, and nothing more once the reader has left", async () => {
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
    for await (const { text } of readLines(body, 10)) yield String(2 * Number(text));
  }
  const reader = writeLines(doubled()).getReader();
  const answers = [];
  for (let n = 0; n < 3; n++) answers.push(new TextDecoder().decode((await reader.read()).value));
  expect(answers).toEqual(["2\n", "4\n", "6\n"]);
  expect(read).toBeLessThanOrEqual(4);
  await reader.cancel();
  expect(left).toBe(true);
});
