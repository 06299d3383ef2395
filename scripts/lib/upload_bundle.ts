import type { BundleFolder } from "../bundle_folder.ts";
import { changeHistory, type Release } from "./history.ts";
import { type ReadPointer, readPointer, writePointer } from "./pointers.ts";
import { type Progress, short, silent } from "./progress.ts";
import { putBundle } from "./put_bundle.ts";
import { Refusal } from "./refusal.ts";
import type { Store } from "./store.ts";
import { requireComplete } from "./stored_versions.ts";

interface UploadOptions {
  /** Does not change the pointer. The version can be used as a canary or later. */
  stage?: boolean;
  /** Only reports the steps. */
  dryRun?: boolean;
  progress?: Progress;
}

/**
 * Uploads a bundle and makes it the current version: files, manifest, history, and the pointer last.
 *
 * @param bundle from `readCheckedFolder`
 * @throws Refusal if a canary runs, if a blob in the bucket is damaged, or if somebody else moved the pointer in the meantime
 */
export async function uploadBundle(
  store: Store,
  bundle: BundleFolder,
  { stage = false, dryRun = false, progress = silent }: UploadOptions = {},
): Promise<void> {
  const { version } = bundle;
  const { id } = bundle.manifest;
  const before = await readPointer(store, id);
  const current = before.pointer?.version;
  if (!stage && current !== version) refuseDuringCanary(before);

  await putBundle(store, bundle, dryRun, progress);
  if (!dryRun) {
    await changeHistory(store, id, (releases) => addRelease(releases, version, before, stage));
    await requireComplete(store, id, version); // `prune` may have removed a file since it was checked.
  }
  if (stage) return progress.line(`${id}: ${short(version)} ${dryRun ? "would be" : "is"} staged; the pointer stays.`);
  if (current === version) return progress.line(`${id}: ${short(version)} is the current version already.`);
  if (!dryRun) await writePointer(store, before, { version });
  const was = current ? `; ${short(current)} was it before` : "";
  progress.line(`${id}: ${short(version)} ${dryRun ? "would become" : "is"} the current version${was}.`);
}

function refuseDuringCanary({ modelId, pointer }: ReadPointer): void {
  if (!pointer?.canary) return;
  const { version, percent } = pointer.canary;
  throw new Refusal(
    `A canary of "${modelId}" runs: ${short(version)} with ${percent} %. Nothing was uploaded.\n` +
      "End it first by `npm run models -- promote` or `npm run models -- canary --stop`, or upload with --stage.",
  );
}

/** Adds an uploaded version to the history. A version that becomes current again gets a new date and comes first. */
function addRelease(known: Release[], version: string, { pointer, written }: ReadPointer, stage: boolean): Release[] {
  const current = pointer?.version;
  const isKnown = known.some((release) => release.version === version);
  if (isKnown && (stage || current === version)) return known;

  const releases = known.filter((release) => release.version !== version);
  // A bucket without a history: the version that its pointer names becomes the first release.
  if (current && written && current !== version && !releases.some((release) => release.version === current))
    releases.push({ version: current, uploaded_at: written.toISOString() });
  const release: Release = { version, uploaded_at: new Date().toISOString() };
  if (!stage && current && current !== version) release.previous = current;
  return [release, ...releases];
}
