/** `npm start`: seeds the local bucket, runs `wrangler dev` on PORT (default 8787) and says what to try once it answers. */
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

const port = process.env.PORT ?? "8787";
const address = `http://127.0.0.1:${port}`;

const seeding = spawn("node", ["scripts/seed.ts"], { stdio: "inherit" });
const seeded = await new Promise<number | null>((resolve) => seeding.on("exit", resolve));
if (seeded !== 0) process.exit(1);

const worker = spawn(
  "wrangler",
  ["dev", "--ip", "127.0.0.1", "--port", port, "--show-interactive-dev-session=false", "--log-level=warn"],
  { stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, WRANGLER_SEND_METRICS: "false" } },
);
worker.on("exit", (code) => process.exit(code ?? 1));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => worker.kill(signal));

while (!(await isReady())) await sleep(250);
console.log(`
bertweet-edge answers at ${address}

  curl -G ${address}/v1/sentiment --data-urlencode "text=@nasa the launch was so beautiful 😍 https://t.co/x"
`);

/** Whether the Worker answers with a loaded model; what it says when it can't load one is shown by wrangler. */
async function isReady(): Promise<boolean> {
  try {
    return (await fetch(`${address}/readyz`)).ok;
  } catch (error) {
    if (error instanceof TypeError) return false; // fetch's word for: nobody listens yet
    throw error;
  }
}
