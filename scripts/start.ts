/**
 * `npm start`: seeds the local bucket, runs `wrangler dev` on PORT (default 8787) and says what to try once it answers. With
 * `-- --bundle DIR [--budget-mb 110] [--engine simd|ort]` it runs that model, over as many isolates as `npm run plan` says.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { engineOf } from "../src/runtime/settings.ts";
import { readBundleFolder } from "./bundle_folder.ts";
import { wrongVariable } from "./check_config.ts";
import { planIsolates } from "./plan/plan_isolates.ts";
import { describePlan, PLAN_OPTIONS, ROOT, writePlan } from "./plan.ts";

const { values: args } = parseArgs({ options: PLAN_OPTIONS });
const port = process.env.PORT ?? "8787";
const address = `http://127.0.0.1:${port}`;

const wrong = await wrongVariable(join(ROOT, "wrangler.toml"));
if (wrong) {
  console.error(`wrangler.toml: ${wrong}`);
  process.exit(1);
}

const seeding = spawn("node", ["scripts/seed.ts", ...(args.bundle ? [args.bundle] : [])], { stdio: "inherit" });
const seeded = await new Promise<number | null>((resolve) => seeding.on("exit", resolve));
if (seeded !== 0) process.exit(1);

const configs = args.bundle ? await planned(args.bundle) : [join(ROOT, "wrangler.toml")];
const worker = spawn(
  "wrangler",
  [
    "dev",
    ...configs.flatMap((path) => ["--config", path]),
    ...["--ip", "127.0.0.1", "--port", port, "--persist-to", join(ROOT, ".wrangler/state")],
    ...["--show-interactive-dev-session=false", "--log-level=warn"],
  ],
  { stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, WRANGLER_SEND_METRICS: "false" } },
);
worker.on("exit", (code) => process.exit(code ?? 1));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => worker.kill(signal));

while (!(await isReady())) await sleep(250);
console.log(`
bertweet-edge answers at ${address}

  curl -G ${address}/v1/sentiment --data-urlencode "text=@nasa the launch was so beautiful 😍 https://t.co/x"
`);

/** Writes the configurations of a bundle's plan, and shows it. */
async function planned(bundle: string): Promise<string[]> {
  const { manifest } = await readBundleFolder(bundle);
  const plan = planIsolates(manifest, engineOf({ ENGINE: args.engine }, manifest), Number(args["budget-mb"]) * 2 ** 20);
  console.log(describePlan(manifest, plan));
  return writePlan(manifest, plan, join(ROOT, "dist/plan", manifest.id));
}

/** Whether the Worker answers with a loaded model; what it says when it can't load one is shown by wrangler. */
async function isReady(): Promise<boolean> {
  try {
    return (await fetch(`${address}/readyz`)).ok;
  } catch (error) {
    if (error instanceof TypeError) return false; // fetch's word for: nobody listens yet
    throw error;
  }
}
