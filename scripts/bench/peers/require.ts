import { createRequire } from "node:module";
import { join } from "node:path";

/** The message for a missing package of peers/package.json. */
export const PEERS_MISSING = "not installed: npm install --no-package-lock --prefix scripts/bench/peers";

const require = createRequire(join(import.meta.dirname, "package.json"));

/** A package of peers/package.json, which only the bench needs; `undefined` if it is not installed. */
export function peer<T>(name: string): T | undefined {
  try {
    return require(name) as T;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}
