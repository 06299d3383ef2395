import { expect, test } from "vitest";
import { readCommands } from "../documents/documents.ts";
import { wrongWithLine } from "../documents/lookup.ts";

const lines = new Set(readCommands().map(({ line }) => line));

test.each([...lines].filter((line) => line.includes("npx wrangler")))("wrangler knows: %s", async (line) => {
  expect(await wrongWithLine(line)).toBeUndefined();
});

test("an action that wrangler does not know is found", async () => {
  await expect(wrongWithLine("npx wrangler explode now")).rejects.toMatchObject({ code: 1 });
});
