import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** The Worker's JavaScript without its WebAssembly. It has 530 kB. */
const MAX_SCRIPT_BYTES = 560_000;

let folder: string;
let script: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bertweet-weight-"));
  await promisify(execFile)("wrangler", ["deploy", "--dry-run", "--outdir", folder], {
    env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
  });
  script = await readFile(join(folder, "index.js"), "utf8");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the script that is deployed", () => {
  it("is minified", () => {
    expect(script.length).toBeLessThan(MAX_SCRIPT_BYTES);
  });

  it("has zod's English messages and no other language's", () => {
    expect(script).toContain("Invalid input: expected");
    expect(script).not.toContain("Ungültige Eingabe");
  });

  it("keeps the names of errors, by which the log tells them", () => {
    for (const name of ["RequestFailure", "BundleError", "OrtError"]) expect(script).toContain(`"${name}"`);
  });
});
