import { join } from "node:path";
import { readBundleFolder } from "./bundle_folder.ts";
import { runCommand } from "./lib/command.ts";
import { checkedPort, seedLocally, serve } from "./lib/wrangler_dev.ts";
import { describePlan, PLAN_OPTIONS, planFor, ROOT, writePlan } from "./plan.ts";

const help = `Runs the Worker in wrangler dev, with a local R2 bucket that holds the model.

  npm start                                     models/bertweet-mini
  npm start -- --bundle DIR [--budget-mb 110] [--engine simd|ort]
                                                another model, over as many isolates as it needs

  PORT=8790 npm start    listens on 127.0.0.1:8790; default: 8787

  --bundle DIR      a model bundle
  --budget-mb N     what one isolate may hold, in MB (default 110)
  --engine ENGINE   simd or ort; default: the one of the bundle's manifest
  --help            print this
`;

await runCommand({ help, options: PLAN_OPTIONS, allowPositionals: false }, async ({ values: args }) => {
  const port = await checkedPort("npm start");
  const configs = args.bundle ? await planned(args.bundle, args) : [join(ROOT, "wrangler.toml")];
  await seedLocally(args.bundle ? [args.bundle] : []);
  await serve({ configs, port, logLevel: "warn" });
});

/** Writes the configurations of a bundle's plan, and shows it. */
async function planned(bundle: string, options: Parameters<typeof planFor>[1]): Promise<string[]> {
  const { manifest } = await readBundleFolder(bundle);
  const plan = planFor(manifest, options);
  console.log(describePlan(manifest, plan));
  return writePlan(manifest, plan, join(ROOT, "dist/plan", manifest.id));
}
