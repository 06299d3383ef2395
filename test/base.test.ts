import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readBundleFolder } from "../scripts/bundle_folder.ts";
import { measureBundle } from "../scripts/memory/measure_bundle.ts";
import { largestSum } from "../scripts/memory/report.ts";
import { planIsolates } from "../scripts/plan/plan_isolates.ts";
import { hasPython, installTraining, script } from "./training/python.ts";

const MINUTE = 60_000;
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
  }, 30 * MINUTE);
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
});
