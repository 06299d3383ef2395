import type { R2Bucket } from "@cloudflare/workers-types";
import { pointerKey } from "../src/bundle/keys.ts";
import type { BundleFolder } from "./bundle_folder.ts";
import { localBucket, withBucket } from "./lib/buckets.ts";
import { runCommand } from "./lib/command.ts";
import { readPointer } from "./lib/pointers.ts";
import { short, silent } from "./lib/progress.ts";
import { putBundle, readCheckedFolder } from "./lib/put_bundle.ts";
import { Refusal } from "./lib/refusal.ts";
import { openStore, type Store } from "./lib/store.ts";
import { uploadBundle } from "./lib/upload_bundle.ts";

const help = `Puts model bundles into the local R2 bucket that wrangler dev reads, and makes them current.

  npm run seed -- [FOLDER ...]          default: models/bertweet-mini

  --no-replace      refuse where another version of the model is current, as npm start does
  --persist-to DIR  the local bucket in DIR, like wrangler dev's option
  --help            print this
`;

/**
 * Puts a bundle into the bucket of a test or a measurement. Makes it current without regard to the existing pointer.
 *
 * @throws Refusal if a file differs from the manifest, in the folder or in the bucket
 */
export async function seed(bucket: R2Bucket, folder: string): Promise<{ id: string; version: string }> {
  const bundle = await readCheckedFolder(folder);
  await putBundle(openStore(bucket), bundle, false, silent);
  await bucket.put(pointerKey(bundle.manifest.id), bundle.version);
  return { id: bundle.manifest.id, version: bundle.version };
}

/** @throws Refusal when the bucket points at another version of the bundle's model */
async function refuseOther(store: Store, { folder, manifest: { id }, version }: BundleFolder): Promise<void> {
  const current = (await readPointer(store, id)).pointer?.version;
  if (current === undefined || current === version) return;
  throw new Refusal(`The local bucket has version ${short(current)} of ${id}, and ${folder} is ${short(version)}. It stays as it is.
To run the version in the bucket: npm run dev. To replace it: npm run seed -- ${folder}, then this command again.
A model of your own needs an id of its own; npm start -- --bundle DIR runs it.`);
}

if (import.meta.main) {
  const options = { "persist-to": { type: "string" }, "no-replace": { type: "boolean" } } as const;
  await runCommand({ help, options, allowPositionals: true }, async ({ values, positionals }) => {
    const folders = positionals.length > 0 ? positionals : ["models/bertweet-mini"];
    const bundles = await Promise.all(folders.map(readCheckedFolder));
    await withBucket(localBucket(values["persist-to"]), async (store) => {
      for (const bundle of bundles) {
        if (values["no-replace"]) await refuseOther(store, bundle);
        await uploadBundle(store, bundle);
        console.log(`${bundle.manifest.id} ${short(bundle.version)} is in the local bucket`);
      }
    });
  });
}
