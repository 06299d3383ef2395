import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { buildModule, MODULES } from "../../scripts/build_simd.ts";

// Downloads AssemblyScript where npm's cache has none.
it.each(MODULES)("$wasm is what its source compiles to", { timeout: 300_000 }, async (module) => {
  expect(Buffer.from(await buildModule(module)).equals(await readFile(module.wasm))).toBe(true);
});
