import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readBundleFolder } from "../../scripts/bundle_folder.ts";
import { startIsolates } from "../../scripts/memory/isolates.ts";
import { settled } from "../../scripts/memory/measure.ts";
import { measureBundle } from "../../scripts/memory/measure_bundle.ts";
import { ask } from "../../scripts/memory/requests.ts";
import { planIsolates } from "../../scripts/plan/plan_isolates.ts";
import { writePlan } from "../../scripts/plan.ts";
import { BUNDLE } from "../integration/service.ts";
import { seedTwo } from "../integration/two-models.ts";

const MB = 2 ** 20;
const { manifest } = await readBundleFolder(BUNDLE);

describe.each([
  ["simd", 64],
  ["ort", 96],
])("an isolate with bertweet-mini in %s", (engine, most) => {
  test(`holds at most ${most} of 128 MB, while loading and under load`, async () => {
    const plan = planIsolates(manifest, engine, 110 * MB);
    expect(plan.isolates).toHaveLength(1);
    const phases = await measureBundle(BUNDLE, manifest, plan, 40);
    const sumOf = (name: string) => (phases.find((phase) => phase.name === name)?.isolates[0]?.sum ?? 0) / MB;
    for (const { name } of phases) expect(sumOf(name)).toBeLessThan(most);
    // It was really there: weights, word table and the code that runs them.
    expect(sumOf("loaded") - sumOf("no model")).toBeGreaterThan(24);
  });
});

test("a model that makes room for another leaves nothing behind", async () => {
  const folder = await mkdtemp(join(tmpdir(), "bertweet-plan-"));
  const configs = await writePlan(manifest, planIsolates(manifest, "simd", 60 * MB), folder);
  const running = await startIsolates(configs, { fill: seedTwo, vars: { MODEL: "bertweet-mini, bertweet-copy" } });
  try {
    await ask(running.url, "/healthz");
    const held = async () => ((await settled("", running)).isolates[0]?.sum ?? 0) / MB;
    const empty = await held();
    const sums: number[] = [];
    for (const [turn, model] of ["bertweet-mini", "bertweet-copy", "bertweet-mini"].entries()) {
      await ask(running.url, `/v1/irony?text=turn%20${turn}&model=${model}`);
      sums.push(await held());
    }
    expect(Math.min(...sums) - empty).toBeGreaterThan(24);
    expect(Math.max(...sums) - Math.min(...sums)).toBeLessThan(2);
  } finally {
    await running.close();
    await rm(folder, { recursive: true });
  }
});
