import { describe, expect, test } from "vitest";
import { readBundleFolder } from "../../scripts/bundle_folder.ts";
import { measureBundle } from "../../scripts/memory/measure_bundle.ts";
import { planIsolates } from "../../scripts/plan/plan_isolates.ts";
import { BUNDLE } from "./service.ts";

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
