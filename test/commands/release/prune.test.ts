import { expect, test } from "vitest";
import type { BundleFolder } from "../../../scripts/bundle_folder.ts";
import { silent } from "../../../scripts/lib/progress.ts";
import { planPrune, prune } from "../../../scripts/lib/prune.ts";
import { promote, rollBack, startCanary } from "../../../scripts/lib/rollout.ts";
import { requireComplete } from "../../../scripts/lib/stored_versions.ts";
import { uploadBundle } from "../../../scripts/lib/upload_bundle.ts";
import { blobKey, pointerKey } from "../../../src/bundle/keys.ts";
import { openTestBucket } from "./bucket.ts";
import { bundleFolders } from "./bundles.ts";

const ID = "bertweet-mini";
const folders = bundleFolders();
const [a, b, c, d] = await folders.bundles("a", "bb", "ccc", "dddd");
const other = await folders.bundle("eeeee", "bertweet-copy");
/** Uploaded in this order before each test; `d` is current, `other` is another model's. */
const bucket = openTestBucket(async (store) => {
  for (const bundle of [other, a, b, c, d]) await uploadBundle(store, bundle);
});

const rollout = () => ({ store: bucket.store(), modelId: ID, dryRun: false, progress: silent });
/** The two blobs that a version shares with no other. */
const ownKeys = ({ manifest, version }: BundleFolder) =>
  [version, manifest.files["emoji.json"]?.sha256 ?? ""].map(blobKey).sort();

async function pruneTo(keep: number): Promise<string[]> {
  return (await prune(bucket.store(), ID, keep, await planPrune(bucket.store(), ID, keep))).sort();
}

test("a plan removes nothing", async () => {
  const before = await bucket.store().list("");
  const plan = await planPrune(bucket.store(), ID, 1);
  expect([...plan.blobs.keys()].sort()).toEqual([a, b].flatMap(ownKeys).sort());
  expect(await bucket.store().list("")).toEqual(before);
});

test("files that the newest versions, the version before the current one or other models need are kept", async () => {
  expect(await pruneTo(1)).toEqual([...ownKeys(a), ...ownKeys(b)].sort());
  for (const { version } of [c, d]) await requireComplete(bucket.store(), ID, version);
  await requireComplete(bucket.store(), "bertweet-copy", other.version);
  expect((await bucket.history()).map(({ version }: { version: string }) => version)).toEqual([d.version, c.version]);
  await expect(rollBack(rollout(), a.version)).rejects.toThrow(/has no version/);
  await rollBack(rollout());
  expect(await pruneTo(3)).toEqual([]);
});

test("a canary and an old version that is current again stay", async () => {
  await rollBack(rollout(), a.version);
  await startCanary(rollout(), b.version, 5);
  expect(await pruneTo(1)).toEqual(ownKeys(c));
  await requireComplete(bucket.store(), ID, d.version); // the newest of the history
  await promote(rollout());
  await rollBack(rollout());
  expect(await bucket.pointer()).toBe(a.version);
});

test("blobs of an interrupted upload are removed, objects of other kinds are not", async () => {
  const broken = await folders.bundle("ffffff");
  const store = bucket.interposed((key) => {
    if (key === blobKey(broken.version)) throw new Error("connection lost");
  });
  await expect(uploadBundle(store, broken)).rejects.toThrow(/connection lost/);
  await bucket.r2().put("blobs/readme", "not ours");
  await bucket.r2().put("elsewhere", "not ours");
  expect(await pruneTo(4)).toEqual([blobKey(broken.manifest.files["emoji.json"]?.sha256 ?? "")]);
});

test("a version that a release has begun to need since the plan stays", async () => {
  const plan = await planPrune(bucket.store(), ID, 1);
  await rollBack(rollout(), a.version);
  expect((await prune(bucket.store(), ID, 1, plan)).sort()).toEqual(ownKeys(b));
  await requireComplete(bucket.store(), ID, a.version);
});

test.each([
  ["a pointer can't be read", /names no version/, () => bucket.r2().put(pointerKey("bertweet-copy"), "nonsense")],
  ["a history can't be read", /history\/bertweet-copy is damaged/, () => bucket.r2().put("history/bertweet-copy", "[")],
  ["the current manifest is missing", /lacks the manifest/, () => bucket.r2().delete(blobKey(d.version))],
  ["a manifest is damaged", /is damaged/, () => bucket.r2().put(blobKey(c.version), "{}")],
])("when %s, it is unknown what is needed, and nothing is removed", async (_, message, damage) => {
  await damage();
  const before = await bucket.store().list("");
  await expect(pruneTo(2)).rejects.toThrow(message);
  expect(await bucket.store().list("")).toEqual(before);
});

test("a version whose manifest is gone leaves the history", async () => {
  await bucket.store().delete([blobKey(a.version)]);
  await pruneTo(4);
  const known = (await bucket.history()).map(({ version }: { version: string }) => version);
  expect(known).not.toContain(a.version);
  expect(known).toContain(c.version);
});
