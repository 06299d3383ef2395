import { createHash, randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readBundleFolder } from "./bundle_folder.ts";
import { runCommand } from "./lib/command.ts";
import { Refusal } from "./lib/refusal.ts";
import { checkedPort, seedLocally, serve } from "./lib/wrangler_dev.ts";
import { describePlan, PLAN_OPTIONS, planFor, ROOT, writePlan } from "./plan.ts";

const help = `Runs the Worker in wrangler dev, with a local R2 bucket that holds the model.

  npm start                                     models/bertweet-mini
  npm start -- --bundle DIR [--budget-mb 110] [--engine auto|simd|ort]
                                                another model, over as many isolates as it needs
  npm start -- --jobs                           with jobs (docs/jobs.md); prints the key that the service asks for

  PORT=8790 npm start    listens on 127.0.0.1:8790; default: 8787

  --bundle DIR      a model bundle
  --budget-mb N     memory of one isolate in MB (default 110)
  --engine ENGINE   auto (default), simd or ort; auto takes simd for every graph that it knows
  --jobs            also the Worker of the jobs, with local buckets for their inputs and outputs; not with --bundle
  --help            print this
`;

const options = { ...PLAN_OPTIONS, jobs: { type: "boolean" } } as const;

await runCommand({ help, options, allowPositionals: false }, async ({ values: args }) => {
  if (args.jobs && args.bundle) throw new Refusal("--jobs runs with the model of wrangler.toml; leave --bundle out.");
  const port = await checkedPort("npm start");
  const key = args.jobs ? randomBytes(24).toString("base64url") : undefined;
  const configs = args.bundle ? await planned(args.bundle, args) : await usual(key);
  await seedLocally(args.bundle ? [args.bundle] : ["--no-replace"]);
  await serve({ configs, port, logLevel: "warn", key });
});

/** The configurations of wrangler.toml. @param key with it those of a service with jobs that accepts this key */
async function usual(key: string | undefined): Promise<string[]> {
  if (key === undefined) return [join(ROOT, "wrangler.toml")];
  const { jobsWorkers } = await import("./lib/jobs_workers.ts"); // takes seconds, which --help does not need
  const folder = join(ROOT, "dist/jobs");
  await mkdir(folder, { recursive: true });
  const { api, jobs } = jobsWorkers(createHash("sha256").update(key).digest("hex"), ROOT, folder);
  const paths = ["api", "jobs"].map((name) => join(folder, `${name}.json`));
  for (const [index, config] of [api, jobs].entries()) await writeFile(paths[index] as string, JSON.stringify(config));
  return paths;
}

/** Writes the configurations of a bundle's plan, and shows it. */
async function planned(bundle: string, options: Parameters<typeof planFor>[1]): Promise<string[]> {
  const { manifest } = await readBundleFolder(bundle);
  const plan = planFor(manifest, options);
  console.log(describePlan(manifest, plan));
  return writePlan(manifest, plan, join(ROOT, "dist/plan", manifest.id));
}
