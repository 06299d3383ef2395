import { BUCKET_HELP, BUCKET_OPTIONS, withBucket } from "./lib/buckets.ts";
import { runCommand } from "./lib/command.ts";
import { consoleProgress } from "./lib/progress.ts";
import { readCheckedFolder } from "./lib/put_bundle.ts";
import { uploadBundle } from "./lib/upload_bundle.ts";

const help = `Uploads model bundles to an R2 bucket and makes them current.

  npm run upload -- [FOLDER ...]        default: models/bertweet-mini

Every file is checked against the manifest first, and again in the bucket. Files that are
there are not sent again, and none is ever overwritten. The pointer is written last.

${BUCKET_HELP}
  --stage           leave the pointer alone: no request meets the version yet
  --dry-run         say what would be done, write nothing
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
