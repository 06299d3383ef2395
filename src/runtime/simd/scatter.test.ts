import { expect, it } from "vitest";
import { scatter } from "./scatter.ts";

const stream = Uint8Array.from({ length: 40 }, (_, i) => i);

async function collect(chunkSize: number, ranges: [offset: number, length: number][]) {
  const chunks = [];
  for (let at = 0; at < stream.length; at += chunkSize) chunks.push(stream.subarray(at, at + chunkSize));
  const parts = ranges.map(([offset, length]) => {
    const bytes: number[] = [];
    return { offset, length, bytes, sink: (piece: Uint8Array) => bytes.push(...piece) };
  });
  const missing = await scatter(chunks, parts);
  return { bytes: parts.map((part) => part.bytes), missing: missing?.offset };
}

it.each([1, 3, 7, 8, 40])("hands out parts, gaps and all, from chunks of %i bytes", async (chunkSize) => {
  const { bytes, missing } = await collect(chunkSize, [
    [24, 8],
    [2, 5],
    [7, 9],
  ]);
  expect(bytes).toEqual([[...stream.subarray(24, 32)], [...stream.subarray(2, 7)], [...stream.subarray(7, 16)]]);
  expect(missing).toBeUndefined();
});

it.each([
  [38, 3],
  [40, 1],
  [100, 4],
])("names the part at %i that the stream ends before", async (offset, length) => {
  expect(
    (
      await collect(7, [
        [0, 4],
        [offset, length],
      ])
    ).missing,
  ).toBe(offset);
});
