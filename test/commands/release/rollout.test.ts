import { expect, test } from "vitest";
import type { BundleFolder } from "../../../scripts/bundle_folder.ts";
import { silent } from "../../../scripts/lib/progress.ts";
import { promote, type Rollout, rollBack, startCanary, stopCanary } from "../../../scripts/lib/rollout.ts";
import { uploadBundle } from "../../../scripts/lib/upload_bundle.ts";
import { blobKey, pointerKey } from "../../../src/bundle/keys.ts";
import { parsePointer } from "../../../src/bundle/pointer.ts";
import { openTestBucket } from "./bucket.ts";
import { bundleFolders } from "./bundles.ts";

const ID = "bertweet-mini";
const folders = bundleFolders();
const [a, b, staged] = await folders.bundles("a", "bb", "ccc");
/** In the bucket before each test: `a` was current, then `b` became it, `staged` was only uploaded. */
const bucket = openTestBucket(async (store) => {
  for (const bundle of [a, b]) await uploadBundle(store, bundle);
  await uploadBundle(store, staged, { stage: true });
});

const rollout = (dryRun = false): Rollout => ({ store: bucket.store(), modelId: ID, dryRun, progress: silent });
const pointer = async () => parsePointer((await bucket.pointer()) ?? "", ID);
const emojiKey = ({ manifest }: BundleFolder) => blobKey(manifest.files["emoji.json"]?.sha256 ?? "");

test("rollback goes to the version that was current before, not to one that was only staged", async () => {
  await rollBack(rollout());
  expect(await bucket.pointer()).toBe(a.version);
  await expect(rollBack(rollout())).rejects.toThrow(/no version before/);
});

test("after a rollback and a new release, rollback skips the version that was rolled back", async () => {
  await rollBack(rollout());
  await uploadBundle(bucket.store(), staged);
  await rollBack(rollout());
  expect(await bucket.pointer()).toBe(a.version);
});

test("rollback takes a version by its first digits, which must fit one version", async () => {
  await rollBack(rollout(), staged.version.slice(0, 10));
  expect(await bucket.pointer()).toBe(staged.version);
  await expect(rollBack(rollout(), staged.version)).rejects.toThrow(/current version of "bertweet-mini" already/);
  await expect(rollBack(rollout(), "")).rejects.toThrow(/fits several versions/);
  await expect(rollBack(rollout(), "xyz")).rejects.toThrow(/No version starts with "xyz"/);
  await expect(rollBack(rollout(), "0".repeat(64))).rejects.toThrow(/has no version 000000000000/);
});

test("rollback and canary refuse a version with a file that is missing or of the wrong size", async () => {
  await bucket.store().delete([emojiKey(a)]);
  await expect(rollBack(rollout())).rejects.toThrow(/not complete in the bucket: emoji\.json is missing/);
  await bucket.r2().put(emojiKey(staged), "{}");
  await expect(startCanary(rollout(), staged.version, 5)).rejects.toThrow(/emoji\.json is 2 bytes long, not/);
  expect(await bucket.pointer()).toBe(b.version);
});

test("a version of another model is refused", async () => {
  const other = await folders.bundle("dddd", "bertweet-copy");
  await uploadBundle(bucket.store(), other);
  await expect(rollBack(rollout(), other.version)).rejects.toThrow(/is a version of "bertweet-copy", not of/);
});

test("a canary gets its share, is moved, and ends without a trace", async () => {
  await startCanary(rollout(), staged.version.slice(0, 12), 5);
  expect(await pointer()).toEqual({ version: b.version, canary: { version: staged.version, percent: 5 } });
  await startCanary(rollout(), staged.version, 12.5);
  expect((await pointer()).canary?.percent).toBe(12.5);
  await stopCanary(rollout());
  expect(await bucket.pointer()).toBe(b.version);
  await expect(stopCanary(rollout())).rejects.toThrow(/No canary of "bertweet-mini" runs/);
});

test("the current version is no canary, and a share is above 0 and below 100", async () => {
  await expect(startCanary(rollout(), b.version, 5)).rejects.toThrow(/a canary is another one/);
  for (const percent of [0, -1, 100, Number.NaN])
    await expect(startCanary(rollout(), staged.version, percent)).rejects.toThrow(/--percent takes/);
  expect(await bucket.pointer()).toBe(b.version);
});

test("promote makes the canary current, and rollback goes back to the one before", async () => {
  await expect(promote(rollout())).rejects.toThrow(/No canary/);
  await startCanary(rollout(), staged.version, 5);
  await promote(rollout());
  expect(await bucket.pointer()).toBe(staged.version);
  await rollBack(rollout());
  expect(await bucket.pointer()).toBe(b.version);
});

test("promote refuses a canary that lost a file", async () => {
  await startCanary(rollout(), staged.version, 5);
  await bucket.store().delete([emojiKey(staged)]);
  await expect(promote(rollout())).rejects.toThrow(/emoji\.json is missing/);
  expect((await pointer()).canary).toBeDefined();
});

test("rollback ends a canary, also one to the version that is current", async () => {
  await startCanary(rollout(), staged.version, 5);
  await rollBack(rollout(), b.version);
  expect(await bucket.pointer()).toBe(b.version);
  await startCanary(rollout(), staged.version, 5);
  await rollBack(rollout());
  expect(await bucket.pointer()).toBe(a.version);
});

test("a dry run moves nothing", async () => {
  await rollBack(rollout(true));
  await startCanary(rollout(true), staged.version, 5);
  expect(await bucket.pointer()).toBe(b.version);
  await startCanary(rollout(), staged.version, 5);
  const [before, history] = [await bucket.pointer(), await bucket.history()];
  await promote(rollout(true));
  await stopCanary(rollout(true));
  expect(await bucket.pointer()).toBe(before);
  expect(await bucket.history()).toEqual(history);
});

test("a pointer that somebody else changed meanwhile is not overwritten", async () => {
  const store = bucket.interposed(async () => {
    await bucket.r2().put(pointerKey(ID), staged.version);
  });
  await expect(rollBack({ ...rollout(), store })).rejects.toThrow(/Somebody else changed the pointer/);
  expect(await bucket.pointer()).toBe(staged.version);
});

test("rollback to a named version repairs a pointer that can't be read; a canary needs one that can", async () => {
  await bucket.r2().put(pointerKey(ID), "nonsense");
  await expect(rollBack(rollout())).rejects.toThrow(/names no version/);
  await expect(startCanary(rollout(), staged.version, 5)).rejects.toThrow(/names no version/);
  await rollBack(rollout(), a.version);
  expect(await bucket.pointer()).toBe(a.version);
});
