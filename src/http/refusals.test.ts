import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { REFUSALS } from "./refusals.ts";

test("docs/operations.md says what to do for every refusal, and its query asks for all of them", () => {
  const document = readFileSync("docs/operations.md", "utf8");
  const rows = [...document.matchAll(/^\| `([\w-]+)` \| \d{3} \|/gm)].map(([, kind]) => kind);
  expect(rows).toEqual(REFUSALS);
  expect(document).toContain(`blob5 IN (${REFUSALS.map((kind) => `'${kind}'`).join(", ")})`);
});
