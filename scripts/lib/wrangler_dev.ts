import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { wrongVariable } from "../check_config.ts";
import { isFree } from "../free_port.ts";
import { Refusal } from "./refusal.ts";

const ROOT = join(import.meta.dirname, "../..");

/** The folder of the local bucket, for `wrangler dev` and `npm run seed`. */
export const STATE = join(ROOT, ".wrangler/state");

/**
 * The port to listen on: the variable PORT, or 8787.
 *
 * @param command the user's command, for the advice in the error message
 * @throws Refusal if PORT is not a port, if the port is in use, or if wrangler.toml has a wrong variable
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

/** Runs `npm run seed` with these arguments. If that fails, `seed` prints the reason and this process ends. */
export async function seedLocally(args: string[]): Promise<void> {
  const seeding = spawn("node", [join(ROOT, "scripts/seed.ts"), ...args], { stdio: "inherit" });
  const code = await new Promise<number | null>((resolve) => seeding.on("exit", resolve));
  if (code !== 0) process.exit(1);
}

interface Serving {
  /** The wrangler configurations. The first is that of the Worker that answers HTTP. */
  configs: string[];
  port: number;
  /** `log` also prints each reload. */
  logLevel: "warn" | "log";
  /** The key that the service asks for, if it asks for one. */
  key?: string | undefined;
}

/** Starts `wrangler dev`, waits until the model is loaded, and prints the address. This process ends when wrangler does. */
export async function serve({ configs, port, logLevel, key }: Serving): Promise<void> {
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
  const header = key === undefined ? "" : ` -H "Authorization: Bearer ${key}"`;
  console.log(`
bertweet-edge answers at ${address}

  curl -G ${address}/v1/sentiment${header} --data-urlencode "text=@nasa the launch was so beautiful 😍 https://t.co/x"
`);
  if (key !== undefined) console.log(`It runs jobs. Its key for this run: ${key}\n`);
}

/** Whether the Worker answers with a loaded model. wrangler prints why it can't load one. */
async function isReady(address: string): Promise<boolean> {
  try {
    return (await fetch(`${address}/readyz`)).ok;
  } catch (error) {
    if (error instanceof TypeError) return false; // fetch throws a TypeError while nothing listens on the port.
    throw error;
  }
}
