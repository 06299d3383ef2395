import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readBundleFolder } from "../../scripts/bundle_folder.ts";
import { freePort } from "../../scripts/free_port.ts";
import { measureBundle } from "../../scripts/memory/measure_bundle.ts";
import { largestSum } from "../../scripts/memory/report.ts";
import { planIsolates } from "../../scripts/plan/plan_isolates.ts";
import { hasPython, installTraining, script } from "../training/python.ts";

const MB = 2 ** 20;
const REQUESTS = 40;
const ready = hasPython();
if (!ready) console.warn("A full-size model is not tested: that needs python3 3.11 or later with venv and pip.");

// A checkpoint of BERTweet-base's sizes with random weights, converted as a published one would be. Its head fills masks, so that
// eight requests at once each have the whole word table passing through.
describe.skipIf(!ready)("a BERTweet-base", () => {
  const folder = join(tmpdir(), `bertweet-base-${process.pid}`);
  const [checkpoint, bundle] = [join(folder, "checkpoint"), join(folder, "bundle")];
  beforeAll(async () => {
    await installTraining();
    await script("random_checkpoint.py", [
      "--out",
      checkpoint,
      "--tokenizer",
      "models/bertweet-mini",
      "--head",
      "fill-mask",
    ]);
    await script("convert.py", ["--checkpoint", checkpoint, "--out", bundle, "--id", "base", "--task", "fill-mask"]);
    rmSync(checkpoint, { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([
    ["simd", 1],
    ["ort", 2],
  ])(
    "in %s takes %i isolates, each of which holds at most 128 MB while it loads and under load",
    async (engine, isolates) => {
      const { manifest } = await readBundleFolder(bundle);
      const plan = planIsolates(manifest, engine, 128 * MB);
      expect(plan.isolates).toHaveLength(isolates);
      const phases = await measureBundle(bundle, manifest, plan, REQUESTS);
      expect(largestSum(phases)).toBeLessThan(128 * MB);
      const loaded = phases.find(({ name }) => name === "loaded")?.isolates ?? [];
      expect(loaded.reduce((sum, { wasm }) => sum + wasm, 0)).toBeGreaterThan(85 * MB);
    },
  );

  test("comes up over the planned isolates with npm start -- --bundle, and answers", async () => {
    const port = await freePort();
    const args = ["scripts/start.ts", "--bundle", bundle, "--engine", "simd", "--budget-mb", "110"];
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
      expect(printed.match(/^\| \d+ \| \d+ to \d+ \|/gm)).toHaveLength(2);
      const text = encodeURIComponent("off to <mask>");
      const response = await fetch(`http://127.0.0.1:${port}/v1/fill-mask?text=${text}`);
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ masks: [{ start: 7 }] });
    } finally {
      started.kill();
      await ended;
    }
  });
});
