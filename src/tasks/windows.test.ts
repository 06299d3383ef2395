import fc from "fast-check";
import { expect, test } from "vitest";
import { ownerOf, planWindows } from "./windows.ts";

test("a text that fits is one window, even an empty one", () => {
  expect(planWindows(0, 126)).toEqual([{ start: 0, end: 0 }]);
  expect(planWindows(126, 126)).toEqual([{ start: 0, end: 126 }]);
});

test("a longer one is covered from end to end by full windows that overlap by a quarter at least", () => {
  fc.assert(
    fc.property(fc.integer({ min: 127, max: 9000 }), (pieces) => {
      const windows = planWindows(pieces, 126);
      expect(windows[0]?.start).toBe(0);
      expect(windows.at(-1)?.end).toBe(pieces);
      windows.forEach(({ start, end }, index) => {
        expect(end - start).toBe(126);
        const next = windows[index + 1];
        if (next) expect(end - next.start).toBeGreaterThanOrEqual(31);
        if (next) expect(next.start).toBeGreaterThan(start);
      });
    }),
  );
});

test("each piece belongs to one window that reads it, in the order of the windows", () => {
  const windows = planWindows(500, 126);
  const owners = Array.from({ length: 500 }, (_, piece) => ownerOf(piece, windows) as number);
  owners.forEach((owner, piece) => {
    expect(windows[owner]?.start).toBeLessThanOrEqual(piece);
    expect(windows[owner]?.end).toBeGreaterThan(piece);
  });
  expect(owners).toEqual([...owners].sort((a, b) => a - b));
  expect(new Set(owners).size).toBe(windows.length);
});

test("a piece behind the last window has none", () => {
  expect(ownerOf(5, [{ start: 0, end: 5 }])).toBeUndefined();
});
