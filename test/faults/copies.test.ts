import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { startService } from "../integration/service.ts";
import { CONTROL_PATH } from "./fault.ts";
import { controlOf, keyOf, startFaulty, workerWith } from "./service.ts";

const path = "/v1/sentiment?text=the%20launch%20was%20so%20beautiful";
const NO_STORE = { headers: { "Cache-Control": "no-store" } };
const blobs = (counts: Record<string, { calls: number }>) =>
  Object.entries(counts).flatMap(([key, { calls }]) => (key.startsWith("blobs/") && calls > 0 ? [key] : []));

describe.each(["simd", "ort"])("%s, with bad copies in the data centre's cache", (ENGINE) => {
  const { get, faults, allowCopies, spoilCopy } = startFaulty({ vars: { ENGINE } });

  test("answers, deletes them, and keeps right ones of what it read from the bucket", async () => {
    await allowCopies();
    for (const name of ["encoder.bin", "manifest.json", "heads.bin", "tokenizer.bin"])
      await spoilCopy({ key: keyOf(name), kind: "flipped" });
    await spoilCopy({ key: keyOf("words.bin"), kind: "truncated", afterBytes: 100_000 });
    await spoilCopy({ key: keyOf("embeddings.bin"), kind: "empty" });
    await spoilCopy({ key: keyOf("words.sha256"), kind: "doubled" });
    const response = await get(path, NO_STORE);
    expect(await response.json()).toMatchObject({ label: "positive" });
    const read = blobs(await faults.counts());
    for (const name of [
      "encoder.bin",
      "manifest.json",
      "heads.bin",
      "tokenizer.bin",
      "words.bin",
      "embeddings.bin",
      "words.sha256",
    ])
      expect(read, name).toContain(keyOf(name));
  });
});

describe("a second isolate of a data centre", () => {
  const { config } = workerWith("test/faults/worker.ts", { ENGINE: "simd" });
  const names = ["first", "second"];
  const { worker } = startService({ seeded: true, workers: names.map((name) => ({ config: { ...config, name } })) });
  const [first, second] = names.map((name) => ({
    get: () => worker(name).fetch(`http://isolate${path}`, NO_STORE),
    ...controlOf((orders) =>
      worker(name).fetch(`http://isolate${CONTROL_PATH}`, { method: "POST", body: JSON.stringify(orders) }),
    ),
  }));
  const blobsReadBy = async (isolate: typeof first) => blobs((await isolate?.faults.counts()) ?? {});

  test("reads nothing but the pointer from the bucket", async () => {
    for (const isolate of [first, second]) await isolate?.allowCopies();
    expect((await first?.get())?.status).toBe(200);
    expect((await blobsReadBy(first)).length).toBeGreaterThan(5);
    await expect
      .poll(
        async () => {
          await first?.faults.resetCounts();
          await sleep(1_000);
          return blobsReadBy(first);
        },
        { timeout: 30_000 },
      )
      .toEqual([]); // all is copied
    expect(await (await second?.get())?.json()).toMatchObject({ label: "positive" });
    expect(await blobsReadBy(second)).toEqual([]);
  });
});
