import { BUCKET_HELP, BUCKET_OPTIONS, withBucket } from "./lib/buckets.ts";
import { runCommand } from "./lib/command.ts";
import { consoleProgress } from "./lib/progress.ts";
import { readCheckedFolder } from "./lib/put_bundle.ts";
import { uploadBundle } from "./lib/upload_bundle.ts";

const help = `Uploads model bundles to an R2 bucket and makes them current.

  npm run upload -- [FOLDER ...]        default: models/bertweet-mini

The command checks every file against the manifest first, and again in the bucket. It skips
files that are already there, and never overwrites one. It writes the pointer last.

${BUCKET_HELP}
  --stage           do not change the pointer: the version answers no requests yet
  --dry-run         print what the command would do, but write nothing
  --help            print this
`;

const options = { ...BUCKET_OPTIONS, stage: { type: "boolean" }, "dry-run": { type: "boolean" } } as const;

await runCommand({ help, options, allowPositionals: true }, async ({ values, positionals }) => {
  const progress = consoleProgress();
  const folders = positionals.length > 0 ? positionals : ["models/bertweet-mini"];
  const bundles = await Promise.all(folders.map(readCheckedFolder));
  await withBucket(values, async (store, bucket) => {
    for (const bundle of bundles) {
      progress.line(`${bundle.folder} to the ${bucket}`);
      await uploadBundle(store, bundle, { stage: values.stage, dryRun: values["dry-run"], progress });
    }
  });
});
