import type { R2Bucket } from "@cloudflare/workers-types";
import { pointerKey } from "../src/bundle/keys.ts";
import { localBucket, withBucket } from "./lib/buckets.ts";
import { runCommand } from "./lib/command.ts";
import { short, silent } from "./lib/progress.ts";
import { putBundle, readCheckedFolder } from "./lib/put_bundle.ts";
import { openStore } from "./lib/store.ts";
import { uploadBundle } from "./lib/upload_bundle.ts";

const help = `Puts model bundles into the local R2 bucket that wrangler dev reads, and makes them current.

  npm run seed -- [FOLDER ...]          default: models/bertweet-mini

  --persist-to DIR  the local bucket in DIR, like wrangler dev's option
  --help            print this
`;

/**
 * Puts a bundle into a bucket of a test or a measurement and points at it, whatever the pointer said.
 *
 * @throws Refusal when a file differs from the manifest, in the folder or in the bucket
 */
export async function seed(bucket: R2Bucket, folder: string): Promise<{ id: string; version: string }> {
  const bundle = await readCheckedFolder(folder);
  await putBundle(openStore(bucket), bundle, false, silent);
  await bucket.put(pointerKey(bundle.manifest.id), bundle.version);
  return { id: bundle.manifest.id, version: bundle.version };
}

if (import.meta.main) {
  const options = { "persist-to": { type: "string" } } as const;
  await runCommand({ help, options, allowPositionals: true }, async ({ values, positionals }) => {
    const folders = positionals.length > 0 ? positionals : ["models/bertweet-mini"];
    const bundles = await Promise.all(folders.map(readCheckedFolder));
    await withBucket(localBucket(values["persist-to"]), async (store) => {
      for (const bundle of bundles) {
        await uploadBundle(store, bundle);
        console.log(`${bundle.manifest.id} ${short(bundle.version)} is in the local bucket`);
      }
    });
  });
}
