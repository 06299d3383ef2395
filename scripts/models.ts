import { BUCKET_HELP, BUCKET_OPTIONS, firstModelId, withBucket } from "./lib/buckets.ts";
import { runCommand } from "./lib/command.ts";
import { chooseModel, readModels } from "./lib/inventory.ts";
import { formatModel, listModels } from "./lib/list_models.ts";
import { consoleProgress, formatBytes, short } from "./lib/progress.ts";
import { planPrune, prune } from "./lib/prune.ts";
import { Refusal } from "./lib/refusal.ts";
import { promote, type Rollout, rollBack, startCanary, stopCanary } from "./lib/rollout.ts";

const help = `Lists the versions of the models in an R2 bucket, and changes which one is current.

  npm run models -- list [ID]           versions with date and metrics; which one is current
  npm run models -- rollback [VERSION]  make the version before the current one current, or VERSION
  npm run models -- canary VERSION      let VERSION answer a share of the texts
  npm run models -- canary --stop       end the canary
  npm run models -- promote             make the canary the current version
  npm run models -- prune               show the files that no kept version needs; --yes removes them

VERSION is a SHA-256 or its first digits. Rolling back ends a canary.

${BUCKET_HELP}
  --model ID        default: the first of MODEL in wrangler.toml, or the bucket's only model
  --percent N       canary: the share, above 0 and below 100 (default 5)
  --keep N          prune: number of the newest versions to keep (default 3); the current
                    one, the one before it and a canary are always kept
  --yes             prune: remove the files
  --json            list: print JSON
  --dry-run         print what the command would do, but write nothing
  --help            print this
`;

const options = {
  ...BUCKET_OPTIONS,
  model: { type: "string" },
  percent: { type: "string" },
  stop: { type: "boolean" },
  keep: { type: "string" },
  yes: { type: "boolean" },
  json: { type: "boolean" },
  "dry-run": { type: "boolean" },
} as const;

/** The options of each command, in addition to those of all commands. */
const COMMANDS: Record<string, string[]> = {
  list: ["json"],
  rollback: ["dry-run"],
  canary: ["percent", "stop", "dry-run"],
  promote: ["dry-run"],
  prune: ["keep", "yes", "dry-run"],
};

await runCommand({ help, options, allowPositionals: true }, async ({ values, positionals }) => {
  const [command = "", name, ...more] = positionals;
  const own = COMMANDS[command];
  if (!own) throw new Refusal(`Say one of ${Object.keys(COMMANDS).join(", ")}; --help explains them.`);
  const stray = Object.keys(values).find(
    (option) => ![...own, ...Object.keys(BUCKET_OPTIONS), "model"].includes(option),
  );
  if (stray) throw new Refusal(`${command} has no option --${stray}; see --help.`);
  const takesName = command === "list" || command === "rollback" || (command === "canary" && !values.stop);
  if (more.length > 0 || (name !== undefined && !takesName))
    throw new Refusal(`${command} takes fewer arguments than these: ${positionals.slice(1).join(" ")}; see --help.`);
  if (command === "canary" && !values.stop && name === undefined)
    throw new Refusal("Say which version the canary is, or --stop; see --help.");

  await withBucket(values, async (store) => {
    const models = await readModels(store);
    const ids = models.map(({ id }) => id);
    if (command === "list") {
      const only = values.model ?? name;
      const id = only && chooseModel(ids, only, undefined);
      const listed = await listModels(store, id ? models.filter((model) => model.id === id) : models);
      if (values.json) return console.log(JSON.stringify({ models: listed }, null, 2));
      return console.log(listed.map(formatModel).join("\n") || "The bucket holds no model.");
    }
    const modelId = chooseModel(ids, values.model, await firstModelId());
    const rollout = { store, modelId, dryRun: values["dry-run"] ?? false, progress: consoleProgress() };
    if (command === "rollback") return rollBack(rollout, name);
    if (command === "promote") return promote(rollout);
    if (command === "prune") return runPrune(rollout, Number(values.keep ?? 3), values.yes ?? false);
    if (name === undefined) return stopCanary(rollout);
    return startCanary(rollout, name, Number(values.percent ?? 5));
  });
});

async function runPrune({ store, modelId, dryRun, progress }: Rollout, keep: number, yes: boolean): Promise<void> {
  if (!Number.isInteger(keep) || keep < 1) throw new Refusal("--keep takes a whole number from 1.");
  const plan = await planPrune(store, modelId, keep);
  const bytes = [...plan.blobs.values()].reduce((sum, size) => sum + size, 0);
  const verb = yes && !dryRun ? "removing" : "would remove";
  for (const version of plan.versions) progress.line(`  ${verb} version ${short(version)} from the history`);
  for (const [key, size] of plan.blobs) progress.line(`  ${verb} ${key}  ${formatBytes(size)}`);
  progress.line(`${modelId}: ${plan.versions.length} versions and ${plan.blobs.size} files, ${formatBytes(bytes)}`);
  if (plan.versions.length + plan.blobs.size === 0) return;
  if (!yes || dryRun) return progress.line("Nothing was removed; --yes removes them.");
  const removed = await prune(store, modelId, keep, plan);
  progress.line(`Removed ${removed.length} of ${plan.blobs.size} files.`);
}
