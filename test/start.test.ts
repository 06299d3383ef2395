import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { readBundleFolder } from "../scripts/bundle_folder.ts";
import { freePort } from "../scripts/free_port.ts";
import { planIsolates } from "../scripts/plan/plan_isolates.ts";

/** Random weights in three shards of a layer each. */
const FOLDER = "test/fixtures/three-shards";
const MB = 2 ** 20;

/** The least budget, in megabytes, under which the bundle fits isolates at all: it takes several then. */
async function leastBudget(engine: string): Promise<number> {
  const { manifest } = await readBundleFolder(FOLDER);
  const fits = (budget: number) => {
    try {
      return planIsolates(manifest, engine, budget * MB).isolates.length > 0;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  };
  for (let budget = 1; ; budget += 1 / 64) if (fits(budget)) return budget;
}

test("npm start -- --bundle brings up the planned isolates, which answer together", async () => {
  const [port, budget] = [await freePort(), await leastBudget("ort")];
  const args = ["scripts/start.ts", "--bundle", FOLDER, "--engine", "ort", "--budget-mb", String(budget)];
  const started = spawn("node", args, { env: { ...process.env, PORT: String(port) } });
  const ended = new Promise((resolve) => started.on("exit", resolve));
  let printed = "";
  try {
    await new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer) => {
        printed += chunk;
        if (printed.includes(`answers at http://127.0.0.1:${port}`)) resolve();
      };
      started.stdout.on("data", read);
      started.stderr.on("data", read);
      started.on("exit", () => reject(new Error(printed)));
    });
    expect(printed.match(/^\| \d+ \| \d+ to \d+ \|/gm)?.length).toBeGreaterThan(1);
    const response = await fetch(`http://127.0.0.1:${port}/v1/ner?text=${encodeURIComponent("off to Berlin")}`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ words: { length: 3 } });
  } finally {
    started.kill();
    await ended;
  }
});
