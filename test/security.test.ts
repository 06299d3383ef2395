import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const SECURITY = readFileSync("SECURITY.md", "utf8");

test("SECURITY.md has the ten points, each with the tests that show it", () => {
  const points = SECURITY.split(/^### /m).slice(1);
  expect(points.map((point) => /^API\d+/.exec(point)?.[0])).toEqual(
    Array.from({ length: 10 }, (_, index) => `API${index + 1}`),
  );
  for (const point of points) expect(point).toMatch(/^- Shown by `(src|test)\/[^`]+\.test\.ts`/m);
});

test("every file that SECURITY.md names is there", () => {
  const named = [...SECURITY.matchAll(/`((?:src|test)\/[^`]+)`/g)].map(([, path]) => path as string);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
});
