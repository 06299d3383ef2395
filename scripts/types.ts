/**
 * `npm run types`: writes src/env.d.ts, the bindings and variables of the Worker that answers the API. Those of the environment `jobs` are in
 * src/jobs/env.ts: wrangler would make every binding that one of both lacks an optional one.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "./lib/command.ts";

const ROOT = join(import.meta.dirname, "..");

/** Lies beside wrangler.toml for a moment, because the paths of a configuration are relative to it. */
const CONFIG = "wrangler.types.json";

const help = `Writes src/env.d.ts: the types of the bindings and variables in wrangler.toml.

  npm run types

  --help            print this
`;

await runCommand({ help, options: {}, allowPositionals: false }, async () => {
  const { experimental_readRawConfig } = await import("wrangler"); // takes a second
  const { env: _, ...config } = experimental_readRawConfig({ config: join(ROOT, "wrangler.toml") }).rawConfig;
  const path = join(ROOT, CONFIG);
  try {
    writeFileSync(path, JSON.stringify(config));
    const options = ["--config", CONFIG, "--include-runtime=false", "--strict-vars=false"];
    const { status } = spawnSync("wrangler", ["types", "src/env.d.ts", ...options], { cwd: ROOT, stdio: "inherit" });
    process.exitCode = status ?? 1;
    const types = join(ROOT, "src/env.d.ts");
    writeFileSync(types, readFileSync(types, "utf8").replaceAll(`${ROOT}/`, "")); // wrangler notes where the project lies
  } finally {
    rmSync(path);
  }
});
