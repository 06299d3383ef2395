import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";

it("uses of relaxed SIMD only integer dot products, which are exact for its operands", async () => {
  const used = new Set<string>();
  for await (const file of glob(join(import.meta.dirname, "assembly/*.ts")))
    for (const [name] of (await readFile(file, "utf8")).matchAll(/\w+\.relaxed\w+/g)) used.add(name);
  expect([...used].sort()).toEqual(["i16x8.relaxed_dot_i8x16_i7x16_s", "i32x4.relaxed_dot_i8x16_i7x16_add_s"]);
});
