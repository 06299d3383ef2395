import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { wrongVariable } from "../check_config.ts";
import { isFree } from "../free_port.ts";
import { Refusal } from "./refusal.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Where the local bucket lies; `wrangler dev` and `npm run seed` have the same. */
export const STATE = join(ROOT, ".wrangler/state");

/**
 * The port to listen on: the variable PORT, else 8787.
 *
 * @param command repeated in the advice where the port is in use
 * @throws Refusal when it is none, or in use, or when wrangler.toml has a wrong variable
 */
export async function checkedPort(command: string): Promise<number> {
  const port = Number(process.env.PORT ?? "8787");
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Refusal("PORT is not a port: 1 to 65535.");
  if (!(await isFree(port)))
    throw new Refusal(`Port ${port} is in use. Choose another one: PORT=${port + 1} ${command}`);
  const wrong = await wrongVariable(join(ROOT, "wrangler.toml"));
  if (wrong) throw new Refusal(`wrangler.toml: ${wrong}`);
  return port;
}

/** Puts a bundle into the local bucket by `npm run seed`. Ends the process when that fails, which has said why. */
export async function seedLocally(folders: string[]): Promise<void> {
  const seeding = spawn("node", [join(ROOT, "scripts/seed.ts"), ...folders], { stdio: "inherit" });
  const code = await new Promise<number | null>((resolve) => seeding.on("exit", resolve));
  if (code !== 0) process.exit(1);
}

interface Serving {
  /** The configurations, of the Worker that answers HTTP first. */
  configs: string[];
  port: number;
  /** `log` also tells of each reload. */
  logLevel: "warn" | "log";
}

/** Runs `wrangler dev` until the model is loaded, and says where it answers. This process ends when wrangler does. */
export async function serve({ configs, port, logLevel }: Serving): Promise<void> {
  const worker = spawn(
    "wrangler",
    [
      "dev",
      ...configs.flatMap((path) => ["--config", path]),
      ...["--ip", "127.0.0.1", "--port", String(port), "--persist-to", STATE],
      ...["--show-interactive-dev-session=false", `--log-level=${logLevel}`],
    ],
    { stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, WRANGLER_SEND_METRICS: "false" } },
  );
  worker.on("exit", (code) => process.exit(code ?? 1));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => worker.kill(signal));
  const address = `http://127.0.0.1:${port}`;
  while (!(await isReady(address))) await sleep(250);
  console.log(`
bertweet-edge answers at ${address}

  curl -G ${address}/v1/sentiment --data-urlencode "text=@nasa the launch was so beautiful 😍 https://t.co/x"
`);
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
