import { execFile, spawn } from "node:child_process";
import { rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readBundleFolder } from "../../scripts/bundle_folder.ts";
import { freePort } from "../../scripts/free_port.ts";
import { measureBundle } from "../../scripts/memory/measure_bundle.ts";
import { ISOLATE_LIMIT_BYTES, largestSum } from "../../scripts/memory/report.ts";
import { planIsolates } from "../../scripts/plan/plan_isolates.ts";
import { hubEnvironment, startHub } from "../training/hub.ts";
import { hasPython, installTraining, pythonFile, trainingPython } from "../training/python.ts";

const MB = 2 ** 20;
const REQUESTS = 40;
const REPOSITORY = "vinai/bertweet-base";
const ready = hasPython();
if (!ready) console.warn("A full-size model is not tested: that needs python3 3.11 or later with venv and pip.");

// A repository in the files and sizes of vinai/bertweet-base with random weights, from a Hub that is a local server. Its head fills masks, so that
// eight requests at once each have the whole word table passing through.
describe.skipIf(!ready)("a BERTweet-base", () => {
  const folder = join(tmpdir(), `bertweet-base-${process.pid}`);
  const [repositories, cache, bundle] = ["repositories", "cache", "bundle"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  let converted = "";
  let bytes = 0;
  beforeAll(async () => {
    await installTraining();
    await pythonFile("test/training/hub_layouts.py", ["--out", repositories, "--full", REPOSITORY]);
    const hub = await startHub(repositories);
    const args = [REPOSITORY, "--id", "base", "--task", "fill-mask", "--out", bundle, "--python", trainingPython];
    const env = hubEnvironment(hub.url, cache);
    converted = (await promisify(execFile)("node", ["scripts/convert.ts", ...args], { env, maxBuffer: 2 ** 24 }))
      .stdout;
    await hub.close();
    bytes = statSync(join(repositories, REPOSITORY, "pytorch_model.bin")).size;
    for (const done of [repositories, cache]) rmSync(done, { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("comes from the Hub in one command, in weights as large as the published ones, and is planned", () => {
    expect(Math.round(bytes / 1e6)).toBe(543);
    expect(converted).toContain("Licence of the weights: mit");
    expect(converted.match(/^\| \d+ \| \d+ to \d+ \|/gm)).toHaveLength(2);
    expect(converted.match(/^ {2}npx wrangler deploy -c /gm)).toHaveLength(2);
  });

  test.each([
    ["simd", 1],
    ["ort", 2],
  ])(
    "in %s takes %i isolates, each of which holds at most 128 MB while it loads and under load",
    async (engine, isolates) => {
      const { manifest } = await readBundleFolder(bundle);
      const plan = planIsolates(manifest, engine, ISOLATE_LIMIT_BYTES);
      expect(plan.isolates).toHaveLength(isolates);
      const phases = await measureBundle(bundle, manifest, plan, REQUESTS);
      expect(largestSum(phases)).toBeLessThan(ISOLATE_LIMIT_BYTES);
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
