import { expect, test } from "vitest";
import { MAX_JOB_CHUNKS } from "../job-limits.ts";
import type { ChunkMessage } from "./env.ts";
import { batchesOf } from "./messages.ts";

const message = (index: number, job = "a".repeat(32)): ChunkMessage => ({
  job,
  run: 1,
  chunk: { index, start: 0, end: 1, firstLine: 1 },
});
const bytesOf = (messages: object[]) => messages.reduce((sum, each) => sum + JSON.stringify(each).length, 0);

test("all messages of the largest job fit the limits of Queues, in their order", () => {
  const messages = Array.from({ length: MAX_JOB_CHUNKS }, (_, index) => message(index));
  const batches = batchesOf(messages);
  expect(batches.flat()).toEqual(messages);
  expect(batches).toHaveLength(Math.ceil(MAX_JOB_CHUNKS / 100));
  for (const batch of batches) expect(bytesOf(batch)).toBeLessThanOrEqual(256_000);
});

test("messages that are large together go in several batches", () => {
  const large = [1, 2, 3, 4, 5].map((index) => message(index, "a".repeat(100_000)));
  expect(batchesOf(large).map((batch) => batch.length)).toEqual([2, 2, 1]);
});

test("a message that no queue takes is refused before it is sent", () => {
  expect(() => batchesOf([message(1, "a".repeat(128_000))])).toThrow("A message may have 128000 bytes");
});

test("no message is no batch", () => {
  expect(batchesOf([])).toEqual([]);
});
