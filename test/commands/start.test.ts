import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { freePort } from "../../scripts/free_port.ts";
import { readCommands } from "../documents/documents.ts";
import { isStart } from "../documents/running.ts";

const commands = readCommands()
  .filter(({ line, inBlock }) => inBlock && isStart(line))
  .map(({ line }) => line.replace(/^npm ci && /, "").replace(/^PORT=\d+ /, ""));

// One after another: they have the same local bucket.
test.each([...new Set(commands)])("%s answers until it is ended", { timeout: 120_000 }, async (command) => {
  const port = await freePort();
  const env = { ...process.env, PORT: String(port) };
  const child = spawn("bash", ["-c", `exec ${command}`], { env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (printed += chunk));
  const ended = once(child, "exit");
  try {
    const address = `http://127.0.0.1:${port}`;
    while (!printed.includes(`answers at ${address}`)) {
      if (child.exitCode !== null) throw new Error(printed);
      await sleep(100);
    }
    expect(await (await fetch(`${address}/v1/sentiment?text=so%20happy`)).json()).toMatchObject({ label: "positive" });
  } finally {
    process.kill(-(child.pid as number), "SIGTERM");
    await ended;
  }
  await expect
    .poll(() => fetch(`http://127.0.0.1:${port}/healthz`).catch(() => "nobody answers"))
    .toBe("nobody answers");
});
