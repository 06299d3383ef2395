import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { blobKey } from "../../src/bundle/keys.ts";
import { MINUTE_MS, NO_STORE, PAUSE_MS, point, putFile, putVersion, SLOW, startRollouts, version } from "./rollout.ts";
import { keyOf } from "./service.ts";

/** Connections that ask all the while. */
const MANY = 8;
const FEW = 2;

type Get = ReturnType<typeof startRollouts>["get"];

/** Runs `during` while so many connections ask, every second one what is cached. */
async function underLoad(get: Get, connections: number, during: () => Promise<void>) {
  let over = false;
  const [statuses, versions] = [new Set<number>(), new Set<string>()];
  const ask = async (connection: number) => {
    for (let turn = 0; !over; turn++) {
      const text = `/v1/irony?text=rollout%20${connection}%20${turn % 5}`;
      const response = await get(text, connection % 2 === 0 ? NO_STORE : {});
      statuses.add(response.status);
      const body = (await response.json()) as { model?: { version: string }; detail?: string };
      versions.add(body.model?.version ?? (body.detail as string));
    }
  };
  const asking = Array.from({ length: connections }, (_, connection) => ask(connection));
  await during().finally(() => {
    over = true;
  });
  await Promise.all(asking);
  return { statuses, versions };
}

describe("a version that works", () => {
  const { bucket, ready, shiftClock, get, logs } = startRollouts();

  test("takes over under load without a failed answer, and so does the old one again", async () => {
    const r2 = await bucket();
    const next = await putVersion(r2, (m) => (m.description = "the next one"));
    expect((await ready()).model.version).toBe(version);
    const { statuses, versions } = await underLoad(get, MANY, async () => {
      for (const wanted of [next, version]) {
        await point(r2, { version: wanted });
        await shiftClock(MINUTE_MS);
        await expect.poll(async () => (await ready()).model.version, SLOW).toBe(wanted);
        await sleep(100);
      }
    });
    expect(statuses).toEqual(new Set([200]));
    expect(versions).toEqual(new Set([version, next]));
    expect((await ready()).wanted).toBeUndefined();
    expect(JSON.stringify(logs())).toContain("version-taken-over");
    expect((await get(`/v1/models/bertweet-mini`)).status).toBe(200);
  });
});

describe("a version that does not work", () => {
  const { bucket, ready, shiftClock, get, faults, logs } = startRollouts();

  beforeEach(async () => {
    await faults.clear();
    await point(await bucket(), { version });
    await shiftClock(PAUSE_MS);
    await expect.poll(async () => (await ready()).wanted, SLOW).toBeUndefined();
  });

  async function expectRefused(broken: string, reason: RegExp, connections = FEW): Promise<void> {
    await faults.resetCounts();
    const { statuses, versions } = await underLoad(get, connections, async () => {
      await point(await bucket(), { version: broken });
      await shiftClock(MINUTE_MS);
      await expect.poll(async () => (await ready()).wanted?.reason, SLOW).toMatch(reason);
      for (let turn = 0; turn < 10; turn++) expect((await ready()).wanted?.version).toBe(broken);
      await point(await bucket(), { version });
      await shiftClock(MINUTE_MS);
      await expect.poll(async () => (await ready()).wanted, SLOW).toBeUndefined();
    });
    expect(statuses).toEqual(new Set([200]));
    expect(versions).toEqual(new Set([version]));
    const counts = await faults.counts();
    expect(counts[keyOf("encoder.bin")]?.calls ?? 0).toBeLessThanOrEqual(2);
    expect(JSON.stringify(logs())).toContain("version-refused");
  }

  test("for want of a file is refused, and the file is named", async () => {
    const sha256 = "0".repeat(64);
    const broken = await putVersion(await bucket(), (m) => (m.files["heads.bin"].sha256 = sha256));
    await expectRefused(broken, /lacks the file heads\.bin/, MANY);
  });

  test("for a flipped bit is refused, and the file is named", async () => {
    const file = await putFile(await bucket(), "heads.bin", (bytes) => bytes.fill(1, 0, 100));
    const broken = await putVersion(await bucket(), (m) => (m.files["heads.bin"] = file));
    await faults.set({ key: blobKey(file.sha256), kind: "flipped" });
    await expectRefused(broken, /heads\.bin is damaged/);
  });

  test("for a file that hangs is refused", async () => {
    const file = await putFile(await bucket(), "heads.bin", (bytes) => bytes.fill(2, 0, 100));
    const broken = await putVersion(await bucket(), (m) => (m.files["heads.bin"] = file));
    await faults.set({ key: blobKey(file.sha256), kind: "hanging" });
    await expectRefused(broken, /heads\.bin could not be read within/);
  });

  test("for weights of another model is refused by its golden answers", async () => {
    const file = await putFile(await bucket(), "heads.bin", (bytes) => bytes.subarray(bytes.length / 2).reverse());
    const broken = await putVersion(await bucket(), (m) => (m.files["heads.bin"] = file));
    await expectRefused(broken, /for a golden text|gives no logits/);
  });

  test("for other merges is refused by its golden answers", async () => {
    const file = await putFile(await bucket(), "bpe.codes", (bytes) => bytes.fill("q w 1\n", 0, 60_000));
    const broken = await putVersion(await bucket(), (m) => {
      m.files["bpe.codes"] = file;
      delete m.tokenizer.tables;
    });
    await expectRefused(broken, /gets other token ids/);
  });

  test("for tables without merges is refused by its golden answers", async () => {
    const file = await putFile(await bucket(), "tokenizer.bin", (bytes) => bytes.fill(0, 500_000, 700_000));
    const broken = await putVersion(await bucket(), (m) => (m.files["tokenizer.bin"] = file));
    await expectRefused(broken, /gets other token ids/);
  });

  test("for a layer's weights of another model is refused by its golden answers", async () => {
    const file = await putFile(await bucket(), "encoder.bin", (bytes) => bytes.subarray(0, 500_000).fill(3));
    const broken = await putVersion(await bucket(), (m) => (m.files["encoder.bin"] = file));
    await expectRefused(broken, /for a golden text|gives no/);
  });

  test.each<[string, RegExp, (m: Parameters<Parameters<typeof putVersion>[1]>[0]) => void]>([
    ["another model's id", /names a manifest of model "bertweet-other"/, (m) => (m.id = "bertweet-other")],
    ["a million layers", /architecture\.layers/, (m) => (m.architecture.layers = 1e6)],
    ["a head's tensor missing", /no tensor heads\.irony\.weight/, (m) => delete m.tensors["heads.irony.weight"]],
    ["a tensor past its file", /does not lie inside heads\.bin/, (m) => (m.tensors["heads.irony.bias"].offset = 4e8)],
    ["a head of a wrong shape", /in place of float32/, (m) => (m.tensors["heads.irony.weight"].shape = [2, 2])],
    ["no tokens", /max_tokens/, (m) => (m.architecture.max_tokens = 0)],
    [
      "more memory than there is",
      /needs \d+ MB of memory/,
      (m) => {
        m.architecture.ffn_size = 65_536;
        m.architecture.layers = 128;
        m.encoder[0].layers = 128;
      },
    ],
  ])("for a manifest with %s is refused as a whole", async (_, reason, change) => {
    await expectRefused(await putVersion(await bucket(), change), reason);
  });

  test("because it is not there at all is refused", async () => {
    await expectRefused("f".repeat(64), /lacks the file manifest\.json/);
  });
});

describe("a version that works once its bucket does", () => {
  const { bucket, ready, shiftClock, faults } = startRollouts();

  test("is tried again after a pause, and takes over", async () => {
    const file = await putFile(await bucket(), "emoji.json", (bytes) => bytes.fill(" ", bytes.length - 1));
    const next = await putVersion(await bucket(), (m) => {
      m.files["emoji.json"] = file;
      delete m.tokenizer.tables;
    });
    await ready();
    await faults.set({ key: blobKey(file.sha256), kind: "throwing" });
    await point(await bucket(), { version: next });
    await shiftClock(MINUTE_MS);
    await expect.poll(async () => (await ready()).wanted?.reason, SLOW).toMatch(/emoji\.json could not be read/);
    await faults.clear();
    expect((await ready()).model.version).toBe(version);
    await shiftClock(PAUSE_MS);
    await expect.poll(async () => (await ready()).model.version, SLOW).toBe(next);
  });
});

describe("a budget that one version fills", () => {
  const { bucket, ready, shiftClock, get, faults } = startRollouts({ MEMORY_BUDGET_MB: "60" });

  test("lets a version that works take the place of the old one without a failed answer", async () => {
    const r2 = await bucket();
    const next = await putVersion(r2, (m) => (m.description = "in the place of the other"));
    await ready();
    const { statuses } = await underLoad(get, MANY, async () => {
      for (const wanted of [next, version]) {
        await point(r2, { version: wanted });
        await shiftClock(MINUTE_MS);
        await expect.poll(async () => (await ready()).model.version, SLOW).toBe(wanted);
      }
    });
    expect(statuses).toEqual(new Set([200]));
    expect((await ready()).held.map((held) => held.version)).toEqual([version]);
  });

  test("keeps the old one until the files of the new one were checked", async () => {
    const file = await putFile(await bucket(), "heads.bin", (bytes) => bytes.fill(4, 0, 100));
    const broken = await putVersion(await bucket(), (m) => (m.files["heads.bin"] = file));
    await ready();
    await faults.set({ key: blobKey(file.sha256), kind: "flipped" });
    await point(await bucket(), { version: broken });
    await shiftClock(MINUTE_MS);
    await ready();
    await faults.resetCounts();
    await expect.poll(async () => (await ready()).wanted?.reason, SLOW).toMatch(/heads\.bin is damaged/);
    const { held } = await ready();
    expect(held.map((each) => each.version)).toEqual([version]);
    await faults.clear();
    await point(await bucket(), { version });
    await shiftClock(PAUSE_MS);
    await expect.poll(async () => (await ready()).wanted, SLOW).toBeUndefined();
  });

  test("loads the old one again when the new one fails in its place", async () => {
    const file = await putFile(await bucket(), "heads.bin", (bytes) => bytes.subarray(bytes.length / 2).reverse());
    const broken = await putVersion(await bucket(), (m) => (m.files["heads.bin"] = file));
    await ready();
    const { statuses, versions } = await underLoad(get, MANY, async () => {
      await point(await bucket(), { version: broken });
      await shiftClock(MINUTE_MS);
      await expect.poll(async () => (await ready()).wanted?.reason, SLOW).toMatch(/golden|no logits/);
    });
    expect(statuses).toEqual(new Set([200]));
    expect(versions).toEqual(new Set([version]));
  });
});
