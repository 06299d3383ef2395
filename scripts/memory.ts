/**
 * `npm run memory -- --bundle DIR [--engine simd|ort] [--budget-mb 110] [--requests 300] [--json FILE]`: runs the isolates that `npm run
 * plan` plans, and prints what each of them holds before, during and after loading and under load, beside what the plan
 * reckoned. Exit status 1 when one holds more than Cloudflare lets it. Linux only.
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { engineOf } from "../src/runtime/settings.ts";
import { readBundleFolder } from "./bundle_folder.ts";
import { measureBundle } from "./memory/measure_bundle.ts";
import { describePhases, largestSum } from "./memory/report.ts";
import { planIsolates } from "./plan/plan_isolates.ts";
import { describePlan, PLAN_OPTIONS } from "./plan.ts";

/** Of one isolate, in bytes: https://developers.cloudflare.com/workers/platform/limits/#memory */
const LIMIT = 128 * 2 ** 20;

const { values: args } = parseArgs({
  options: {
    ...PLAN_OPTIONS,
    requests: { type: "string", default: "300" },
    json: { type: "string" },
    help: { type: "boolean" },
  },
});
if (args.help || !args.bundle) {
  console.log("npm run memory -- --bundle DIR [--engine simd|ort] [--budget-mb 110] [--requests 300] [--json FILE]");
  process.exit(args.help ? 0 : 2);
}
const { manifest } = await readBundleFolder(args.bundle);
const plan = planIsolates(manifest, engineOf({ ENGINE: args.engine }, manifest), Number(args["budget-mb"]) * 2 ** 20);
console.log(describePlan(manifest, plan));
const phases = await measureBundle(args.bundle, manifest, plan, Number(args.requests));
console.log(`\n${describePhases(phases, plan)}`);
if (args.json) await writeFile(args.json, `${JSON.stringify({ id: manifest.id, plan, phases }, null, 2)}\n`);
if (largestSum(phases) > LIMIT) {
  console.error("An isolate held more than the 128 MB that Cloudflare lets it.");
  process.exitCode = 1;
}
