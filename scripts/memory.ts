/**
 * `npm run memory -- --bundle DIR [--engine auto|simd|ort] [--budget-mb 110] [--requests 300] [--json FILE]`: runs the isolates that `npm run
 * plan` plans. Prints the memory of each before, during and after loading and under load, beside the plan's
 * estimate. The exit status is 1 if one holds more than Cloudflare allows. Linux only.
 */
import { writeFile } from "node:fs/promises";
import { readBundleFolder } from "./bundle_folder.ts";
import { runCommand } from "./lib/command.ts";
import { Refusal } from "./lib/refusal.ts";
import { describePhases, ISOLATE_LIMIT_BYTES, largestSum } from "./memory/report.ts";
import { describePlan, PLAN_OPTIONS, planFor } from "./plan.ts";

const help = `Runs the planned isolates of a model, and prints the memory of each while loading and under load.

  npm run memory -- --bundle DIR [options]

  --bundle DIR      a model bundle
  --budget-mb N     memory of one isolate in MB (default 110)
  --engine ENGINE   auto (default), simd or ort; auto takes simd for every graph that it knows
  --requests N      number of requests (default 300)
  --json FILE       write the figures as JSON too
  --help            print this

The exit status is 1 if an isolate holds more than Cloudflare allows. Linux only.
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
  if (largestSum(phases) > ISOLATE_LIMIT_BYTES) {
    console.error("An isolate held more than the 128 MB that Cloudflare lets it.");
    process.exitCode = 1;
  }
});
