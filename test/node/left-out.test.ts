import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { LEFT_OUT } from "./left-out.ts";

test.each(Object.keys(LEFT_OUT))("what is left out exists: %s", (name) => {
  expect(existsSync(`test/integration/${name}.test.ts`)).toBe(true);
});
