import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { readBundleFolder } from "../../scripts/bundle_folder.ts";
import { seed } from "../../scripts/seed.ts";
import { blobKey } from "../../src/bundle/keys.ts";
import { BUNDLE, startService } from "./service.ts";

// One story, told in order to one isolate: a bucket that is empty, then lacks a file, then holds a damaged one, then is whole.
const { get, bucket, logs } = startService({ seeded: false });
const path = "/v1/sentiment?text=is%20anybody%20there";

const { manifest, version } = await readBundleFolder(BUNDLE);
const weights = manifest.encoder[0]?.weights as string;
const weightsKey = blobKey(manifest.files[weights]?.sha256 as string);

async function expectUnavailable(reason: RegExp) {
  const response = await get(path);
  expect(response.status).toBe(503);
  expect(response.headers.get("Retry-After")).toMatch(/^\d+$/);
  expect(response.headers.get("Cache-Control")).toBe("no-store");
  expect(await response.json()).toMatchObject({
    type: "/problems/model-unavailable",
    detail: expect.stringMatching(reason),
  });
}

test("an empty bucket makes the service unavailable but leaves it up", async () => {
  await expectUnavailable(/holds no model/);
  expect((await get("/healthz")).status).toBe(200);
  expect((await get("/readyz")).status).toBe(503);
});

test("a missing file makes it unavailable and is named", async () => {
  const r2 = await bucket();
  await seed(r2, BUNDLE);
  await r2.delete(weightsKey);
  await expectUnavailable(/lacks the file/);
});

test("a 304 needs no model", async () => {
  const options = { task: "sentiment", truncation: "truncate" };
  const question = { route: "predict", input: { text: "is anybody there" }, options };
  const digest = createHash("sha256")
    .update(JSON.stringify([2, version, "ort", question]))
    .digest("hex");
  const response = await get(path, { headers: { "If-None-Match": `"${digest.slice(0, 32)}"` } });
  expect(response.status).toBe(304);
});

test("a damaged file makes it unavailable", async () => {
  const bytes = await readFile(join(BUNDLE, weights));
  bytes[1000] = (bytes[1000] as number) ^ 1;
  await (await bucket()).put(weightsKey, bytes);
  await expectUnavailable(/is damaged/);
});

test("what a user wrote is in no log, though the failures are", () => {
  const logged = JSON.stringify(logs());
  expect(logged).toContain("model-unavailable");
  expect(logged).not.toContain("anybody");
});

test("once the file is right, the next requests load it, also when the one that began has left", async () => {
  await (await bucket()).put(weightsKey, await readFile(join(BUNDLE, weights)));
  const leaving = new AbortController();
  const left = get(path, { signal: leaving.signal }).then(
    () => "answered",
    () => "left",
  );
  await sleep(60); // in the middle of a load, which hashes 24 MB
  const waiting = [get(`${path}?`), get(`${path}!`), get("/readyz")];
  leaving.abort();
  expect(await left).toBe("left");
  expect(await Promise.all(waiting.map(async (response) => (await response).status))).toEqual([200, 200, 200]);
});
