/**
 * `npm run memory -- --bundle DIR [--engine simd|ort] [--budget-mb 110] [--requests 300] [--json FILE]`: runs the isolates that `npm run
 * plan` plans, and prints what each of them holds before, during and after loading and under load, beside what the plan
 * reckoned. Exit status 1 when one holds more than Cloudflare lets it. Linux only.
 */
import { writeFile } from "node:fs/promises";
import { readBundleFolder } from "./bundle_folder.ts";
import { runCommand } from "./lib/command.ts";
import { Refusal } from "./lib/refusal.ts";
import { describePhases, largestSum } from "./memory/report.ts";
import { describePlan, PLAN_OPTIONS, planFor } from "./plan.ts";

/** Of one isolate, in bytes: https://developers.cloudflare.com/workers/platform/limits/#memory */
const LIMIT = 128 * 2 ** 20;

const help = `Runs the isolates that a model is planned for, and prints what each holds while loading and under load.

  npm run memory -- --bundle DIR [options]

  --bundle DIR      a model bundle
  --budget-mb N     what one isolate may hold, in MB (default 110)
  --engine ENGINE   simd or ort; default: the one of the bundle's manifest
  --requests N      the load (default 300)
  --json FILE       write the figures as JSON too
  --help            print this

Exit status 1 when an isolate holds more than Cloudflare lets it. Linux only.
`;

const options = { ...PLAN_OPTIONS, requests: { type: "string", default: "300" }, json: { type: "string" } } as const;

await runCommand({ help, options, allowPositionals: false }, async ({ values: args }) => {
  if (!args.bundle) throw new Refusal("Say with --bundle which model; see --help.");
  const { manifest } = await readBundleFolder(args.bundle);
  const plan = planFor(manifest, args);
  console.log(describePlan(manifest, plan));
  const { measureBundle } = await import("./memory/measure_bundle.ts"); // takes seconds, which --help does not need
  const phases = await measureBundle(args.bundle, manifest, plan, Number(args.requests));
  console.log(`\n${describePhases(phases, plan)}`);
  if (args.json) await writeFile(args.json, `${JSON.stringify({ id: manifest.id, plan, phases }, null, 2)}\n`);
  if (largestSum(phases) > LIMIT) {
    console.error("An isolate held more than the 128 MB that Cloudflare lets it.");
    process.exitCode = 1;
  }
});
