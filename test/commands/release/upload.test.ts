import { appendFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { BundleFolder } from "../../../scripts/bundle_folder.ts";
import { historyKey } from "../../../scripts/lib/history.ts";
import { readCheckedFolder } from "../../../scripts/lib/put_bundle.ts";
import { uploadBundle } from "../../../scripts/lib/upload_bundle.ts";
import { blobKey, pointerKey } from "../../../src/bundle/keys.ts";
import { MAX_MANIFEST_BYTES } from "../../../src/limits.ts";
import { openTestBucket } from "./bucket.ts";
import { bundleFolders, flipBit } from "./bundles.ts";

const bucket = openTestBucket();
const folders = bundleFolders();
const ID = "bertweet-mini";
const [first, second] = await folders.bundles("a", "bb");
const keyOf = ({ manifest }: BundleFolder, file: string) => blobKey(manifest.files[file]?.sha256 ?? "");

test("a dry run says what it would send and writes nothing", async () => {
  await bucket.clear();
  const lines: string[] = [];
  const progress = { line: (text: string) => lines.push(text), step() {} };
  await uploadBundle(bucket.store(), first, { dryRun: true, progress });
  expect(await bucket.store().list("")).toHaveLength(0);
  const files = Object.keys(first.manifest.files).length + 1; // and the manifest
  expect(lines.filter((line) => line.includes("would send"))).toHaveLength(files);
  expect(lines.at(-1)).toContain("would become the current version");
});

test("an upload sends every file with its checksum, the manifest after the files, the history, and the pointer last", async () => {
  await bucket.clear();
  const puts: string[] = [];
  await uploadBundle(
    bucket.interposed((key) => void puts.push(key)),
    first,
  );
  const files = Object.values(first.manifest.files).map(({ sha256 }) => blobKey(sha256));
  expect(puts.slice(-3)).toEqual([blobKey(first.version), historyKey(ID), pointerKey(ID)]);
  expect(puts.slice(0, -3).sort()).toEqual(files.sort());
  for (const [name, { bytes, sha256 }] of Object.entries(first.manifest.files))
    expect(await bucket.store().stat(blobKey(sha256)), name).toMatchObject({ bytes, sha256 });
  expect(await bucket.pointer()).toBe(first.version);
  expect(await bucket.history()).toEqual([{ version: first.version, uploaded_at: expect.any(String) }]);
});

test("the same upload again writes nothing", async () => {
  await uploadBundle(bucket.store(), first);
  const refuse = bucket.interposed((key) => expect.unreachable(`put ${key}`));
  await uploadBundle(refuse, first);
  await uploadBundle(refuse, first, { stage: true });
  expect(await bucket.history()).toHaveLength(1);
});

test("the next version sends only what is new, and remembers what was current before", async () => {
  await uploadBundle(bucket.store(), first);
  const puts: string[] = [];
  await uploadBundle(
    bucket.interposed((key) => void puts.push(key)),
    second,
  );
  expect(puts).toEqual([keyOf(second, "emoji.json"), blobKey(second.version), historyKey(ID), pointerKey(ID)]);
  expect(await bucket.pointer()).toBe(second.version);
  expect(await bucket.history()).toMatchObject([
    { version: second.version, previous: first.version },
    { version: first.version },
  ]);
});

test("a version that is made current again comes first in the history", async () => {
  for (const bundle of [first, second, first]) await uploadBundle(bucket.store(), bundle);
  expect(await bucket.history()).toMatchObject([
    { version: first.version, previous: second.version },
    { version: second.version, previous: first.version },
  ]);
});

test("a file that is not what the manifest says is named before anything is sent", async () => {
  const folder = await folders.make("ccc");
  await flipBit(join(folder, "heads.bin"));
  await expect(readCheckedFolder(folder)).rejects.toThrow(/heads\.bin is not the file that the manifest names/);
  await appendFile(join(folder, "emoji.json"), " ");
  await expect(readCheckedFolder(folder)).rejects.toThrow(/emoji\.json is not the file that the manifest names/);
  await rm(join(folder, "bpe.codes"));
  await expect(readCheckedFolder(folder)).rejects.toThrow(/bpe\.codes can't be read \(ENOENT\)/);
});

test("a manifest that is larger than an isolate reads is refused", async () => {
  const path = join(await folders.make("large"), "manifest.json");
  await appendFile(path, " ".repeat(MAX_MANIFEST_BYTES));
  await expect(readCheckedFolder(dirname(path))).rejects.toThrow(/manifest\.json has \d+ bytes; 1048576 are allowed/);
});

test.each([
  ["of another content", (bytes: Buffer) => Buffer.from(bytes).fill(0, 0, 1)],
  ["of another length", (bytes: Buffer) => bytes.subarray(1)],
])("a blob of the bucket %s is told and not overwritten", async (_, damage) => {
  await uploadBundle(bucket.store(), first);
  const key = keyOf(second, "bpe.codes");
  const content = (await bucket.store().read(key))?.bytes as Buffer;
  const damaged = damage(content);
  await bucket.r2().put(key, damaged);
  await expect(uploadBundle(bucket.store(), second)).rejects.toThrow(/\(bpe\.codes\) is damaged in the bucket/);
  expect((await bucket.store().read(key))?.bytes.equals(damaged)).toBe(true);
  expect(await bucket.pointer()).toBe(first.version);
});

test("a blob without a stored checksum is read and hashed, and stays", async () => {
  await uploadBundle(bucket.store(), first);
  const key = keyOf(first, "bpe.codes");
  await bucket.r2().put(key, (await bucket.store().read(key))?.bytes as Buffer);
  expect((await bucket.store().stat(key))?.sha256).toBeUndefined();
  await uploadBundle(
    bucket.interposed((put) => expect(put).not.toBe(key)),
    second,
  );
  expect(await bucket.pointer()).toBe(second.version);
});

test("an upload that is interrupted at any point changes no answer, and the next one completes it", async () => {
  await uploadBundle(bucket.store(), first);
  const stops = [keyOf(second, "emoji.json"), blobKey(second.version), historyKey(ID), pointerKey(ID)];
  for (const stop of stops) {
    const broken = bucket.interposed((key) => {
      if (key === stop) throw new Error("connection lost");
    });
    await expect(uploadBundle(broken, second)).rejects.toThrow(/connection lost/);
    expect(await bucket.pointer()).toBe(first.version);
  }
  await uploadBundle(bucket.store(), second);
  expect(await bucket.pointer()).toBe(second.version);
  expect(await bucket.history()).toHaveLength(2);
});

test("of two uploads at once, the slower one keeps the pointer of the faster one, and reports it", async () => {
  const third = await folders.bundle("dddd");
  await uploadBundle(bucket.store(), third);
  const slow = bucket.interposed(async (key) => {
    if (key === pointerKey(ID)) await uploadBundle(bucket.store(), second);
  });
  await expect(uploadBundle(slow, first)).rejects.toThrow(/Somebody else changed the pointer of "bertweet-mini"/);
  expect(await bucket.pointer()).toBe(second.version);
  expect(await bucket.history()).toHaveLength(3);
  await uploadBundle(bucket.store(), first);
  expect(await bucket.pointer()).toBe(first.version);
});

test("a history that somebody else wrote meanwhile is read again, and keeps both releases", async () => {
  let once = true;
  const slow = bucket.interposed(async (key) => {
    if (key !== historyKey(ID) || !once) return;
    once = false;
    await uploadBundle(bucket.store(), first, { stage: true });
  });
  await uploadBundle(slow, second);
  expect(await bucket.history()).toMatchObject([{ version: second.version }, { version: first.version }]);
});

test("a bucket without a history gets one that starts with the version of the pointer", async () => {
  await uploadBundle(bucket.store(), first);
  await bucket.store().delete([historyKey(ID)]);
  await uploadBundle(bucket.store(), second);
  expect(await bucket.history()).toMatchObject([
    { version: second.version, previous: first.version },
    { version: first.version },
  ]);
});

test("--stage leaves the pointer alone", async () => {
  await uploadBundle(bucket.store(), first);
  await uploadBundle(bucket.store(), second, { stage: true });
  expect(await bucket.pointer()).toBe(first.version);
  expect(await bucket.history()).toMatchObject([{ version: second.version }, { version: first.version }]);
});

test("while a canary runs, another version is refused before anything is sent", async () => {
  await uploadBundle(bucket.store(), first);
  const canary = { version: "0".repeat(64), percent: 5 };
  const pointer = JSON.stringify({ version: first.version, canary });
  await bucket.r2().put(pointerKey(ID), pointer);
  await expect(uploadBundle(bucket.store(), second)).rejects.toThrow(/A canary of "bertweet-mini" runs/);
  expect(await bucket.store().stat(blobKey(second.version))).toBeUndefined();
  await uploadBundle(bucket.store(), first);
  expect(await bucket.pointer()).toBe(pointer);
});

test("a pointer that can't be read is replaced", async () => {
  await bucket.r2().put(pointerKey(ID), "nonsense");
  await uploadBundle(bucket.store(), first);
  expect(await bucket.pointer()).toBe(first.version);
});
