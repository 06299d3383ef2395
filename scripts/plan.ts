/**
 * `npm run plan -- --bundle DIR [--budget-mb 110] [--engine auto|simd|ort] [--out DIR]`: computes how many isolates a model needs, and the
 * layers and memory of each. Writes a wrangler configuration for each. Deploy the last one first, because each is bound to the next one.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Manifest } from "../src/bundle/manifest.ts";
import { chooseEngine } from "../src/runtime/settings.ts";
import { readBundleFolder } from "./bundle_folder.ts";
import { runCommand } from "./lib/command.ts";
import { Refusal } from "./lib/refusal.ts";
import { type Plan, planIsolates } from "./plan/plan_isolates.ts";

export const ROOT = join(import.meta.dirname, "..");
export const PLAN_OPTIONS = {
  bundle: { type: "string" },
  "budget-mb": { type: "string", default: "110" },
  engine: { type: "string", default: "auto" },
} as const;

interface PlanOptions {
  engine: string;
  "budget-mb": string;
}

/** What one isolate may hold, in bytes. @throws Refusal when one of the options is wrong */
export function checkedBudget(options: PlanOptions): number {
  const megabytes = Number(options["budget-mb"]);
  if (!(megabytes > 0)) throw new Refusal("--budget-mb is not a number of megabytes.");
  if (!["auto", "simd", "ort"].includes(options.engine)) throw new Refusal("--engine is auto, simd or ort.");
  return megabytes * 2 ** 20;
}

/** The plan that `PLAN_OPTIONS` ask for. @throws Refusal when an option is wrong, or the model does not fit */
export function planFor(manifest: Manifest, options: PlanOptions): Plan {
  const budget = checkedBudget(options);
  const { engine } = chooseEngine({ ENGINE: options.engine }, manifest, () => true);
  return planIsolates(manifest, engine, budget);
}

/** Plans a bundle and writes a configuration for each of its isolates. @returns their paths, the one that answers HTTP first */
export async function writePlan(manifest: Manifest, plan: Plan, folder: string): Promise<string[]> {
  const { wranglerConfigs } = await import("./plan/wrangler_configs.ts"); // takes seconds, which --help does not need
  await mkdir(folder, { recursive: true });
  const paths: string[] = [];
  for (const { name, config } of wranglerConfigs(plan, manifest.id, ROOT, folder)) {
    const path = join(folder, `${name}.json`);
    await writeFile(path, `${JSON.stringify(config, null, 2)}\n`);
    paths.push(path);
  }
  return paths;
}

/** The plan as a table. */
export function describePlan({ architecture }: Manifest, { engine, residentWords, isolates }: Plan): string {
  const rows = isolates.map(
    ({ range, bytes }, index) =>
      `| ${index + 1} | ${range.first} to ${range.end - 1} | ${(bytes / 2 ** 20).toFixed(1)} |`,
  );
  const words = `${residentWords} of ${architecture.vocab_size} words stay in memory.`;
  return [`Engine ${engine}. ${words}\n`, "| isolate | layers | MB at most |\n|---|---|---|", ...rows].join("\n");
}

const help = `Plans how many isolates a model needs, and writes a wrangler configuration for each.

  npm run plan -- --bundle DIR [options]

  --bundle DIR      a model bundle
  --budget-mb N     memory of one isolate in MB (default 110)
  --engine ENGINE   auto (default), simd or ort; auto takes simd for every graph that it knows
  --out DIR         folder for the configurations; default: dist/plan/ID
  --help            print this
`;

if (import.meta.main) {
  const options = { ...PLAN_OPTIONS, out: { type: "string" } } as const;
  await runCommand({ help, options, allowPositionals: false }, async ({ values: args }) => {
    if (!args.bundle) throw new Refusal("Say with --bundle which model; see --help.");
    const { manifest } = await readBundleFolder(args.bundle);
    const plan = planFor(manifest, args);
    console.log(describePlan(manifest, plan));
    const paths = await writePlan(manifest, plan, args.out ?? join(ROOT, "dist/plan", manifest.id));
    console.log(
      `\n${paths
        .map((path) => `wrangler deploy -c ${path}`)
        .toReversed()
        .join("\n")}`,
    );
  });
}
