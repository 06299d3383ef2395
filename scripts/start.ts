import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { engineOf } from "../src/runtime/settings.ts";
import { readBundleFolder } from "./bundle_folder.ts";
import { wrongVariable } from "./check_config.ts";
import { isFree } from "./free_port.ts";
import { runCommand } from "./lib/command.ts";
import { Refusal } from "./lib/refusal.ts";
import { planIsolates } from "./plan/plan_isolates.ts";
import { describePlan, PLAN_OPTIONS, ROOT, writePlan } from "./plan.ts";

const help = `Runs the Worker in wrangler dev, with a local R2 bucket that holds the model.

  npm start                                     models/bertweet-mini
  npm start -- --bundle DIR [--budget-mb 110] [--engine simd|ort]
                                                another model, over as many isolates as it needs

  PORT=8790 npm start    listens on 127.0.0.1:8790; default: 8787

  --bundle DIR      a model bundle
  --budget-mb N     what one isolate may hold, in MB (default 110)
  --engine ENGINE   simd or ort; default: the one of the bundle's manifest
  --help            print this
`;

await runCommand({ help, options: PLAN_OPTIONS, allowPositionals: false }, async ({ values: args }) => {
  const port = Number(process.env.PORT ?? "8787");
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Refusal("PORT is not a port: 1 to 65535.");
  if (!(await isFree(port)))
    throw new Refusal(`Port ${port} is in use. Choose another one: PORT=${port + 1} npm start`);
  const wrong = await wrongVariable(join(ROOT, "wrangler.toml"));
  if (wrong) throw new Refusal(`wrangler.toml: ${wrong}`);
  const address = `http://127.0.0.1:${port}`;

  const seeding = spawn("node", ["scripts/seed.ts", ...(args.bundle ? [args.bundle] : [])], { stdio: "inherit" });
  const seeded = await new Promise<number | null>((resolve) => seeding.on("exit", resolve));
  if (seeded !== 0) process.exit(1);

  const configs = args.bundle
    ? await planned(args.bundle, args.engine, Number(args["budget-mb"]))
    : [join(ROOT, "wrangler.toml")];
  startWorker(configs, port);
  while (!(await isReady(address))) await sleep(250);
  console.log(`
bertweet-edge answers at ${address}

  curl -G ${address}/v1/sentiment --data-urlencode "text=@nasa the launch was so beautiful 😍 https://t.co/x"
`);
});

/** Runs `wrangler dev`; this process ends when it does. */
function startWorker(configs: string[], port: number): void {
  const worker = spawn(
    "wrangler",
    [
      "dev",
      ...configs.flatMap((path) => ["--config", path]),
      ...["--ip", "127.0.0.1", "--port", String(port), "--persist-to", join(ROOT, ".wrangler/state")],
      ...["--show-interactive-dev-session=false", "--log-level=warn"],
    ],
    { stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, WRANGLER_SEND_METRICS: "false" } },
  );
  worker.on("exit", (code) => process.exit(code ?? 1));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => worker.kill(signal));
}

/** Writes the configurations of a bundle's plan, and shows it. */
async function planned(bundle: string, engine: string, budgetMb: number): Promise<string[]> {
  const { manifest } = await readBundleFolder(bundle);
  const plan = planIsolates(manifest, engineOf({ ENGINE: engine }, manifest), budgetMb * 2 ** 20);
  console.log(describePlan(manifest, plan));
  return writePlan(manifest, plan, join(ROOT, "dist/plan", manifest.id));
}

/** Whether the Worker answers with a loaded model. wrangler prints why it can't load one. */
async function isReady(address: string): Promise<boolean> {
  try {
    return (await fetch(`${address}/readyz`)).ok;
  } catch (error) {
    if (error instanceof TypeError) return false; // fetch throws this while nobody listens.
    throw error;
  }
}
