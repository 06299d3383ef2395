import { beforeEach, describe, expect, test } from "vitest";
import { MINUTE_MS, NO_STORE, PAUSE_MS, point, putVersion, SLOW, startRollouts, version } from "./rollout.ts";

describe("a canary", () => {
  const { bucket, ready, shiftClock, logs, faults, get, post } = startRollouts();
  const texts = Array.from({ length: 60 }, (_, number) => `/v1/tokenize?text=canary%20${number}`);

  async function versionsOf(paths: string[]): Promise<string[]> {
    const responses = await Promise.all(paths.map((path) => get(path, NO_STORE)));
    return Promise.all(
      responses.map(async (response) => {
        expect(response.status).toBe(200);
        return ((await response.json()) as { model: { version: string } }).model.version;
      }),
    );
  }

  beforeEach(async () => {
    await faults.clear();
    await point(await bucket(), { version });
    await shiftClock(PAUSE_MS);
    await expect.poll(async () => (await ready()).canary, SLOW).toBeUndefined();
  });

  test("that works is loaded and proven beside the current version", async () => {
    const canary = await putVersion(await bucket(), (m) => (m.description = "a canary"));
    await point(await bucket(), { version, canary: { version: canary, percent: 50 } });
    await shiftClock(MINUTE_MS);
    await expect.poll(async () => (await ready()).canary?.state, SLOW).toBe("answering");
    const { model, canary: told, held } = await ready();
    expect(model.version).toBe(version);
    expect(told).toMatchObject({ version: canary, percent: 50 });
    expect(new Set(held.map((each) => each.version))).toEqual(new Set([version, canary]));
    const alone = await versionsOf(texts);
    expect(new Set(alone)).toEqual(new Set([version, canary]));
    expect(await versionsOf(texts)).toEqual(alone);

    const batch = await post("/v1/sentiment", { texts: texts.map((_, number) => `canary ${number}`) });
    const { results } = (await batch.json()) as { results: { model: { version: string } }[] };
    expect(results.map(({ model }) => model.version)).toEqual(alone);
    const { headers } = await get(texts[0] as string);
    expect(headers.get("Cache-Control")).toBe("public, max-age=60");
  });

  test("that takes over was loaded before, and is not loaded again", async () => {
    const canary = await putVersion(await bucket(), (m) => (m.description = "another canary"));
    await point(await bucket(), { version, canary: { version: canary, percent: 50 } });
    await shiftClock(MINUTE_MS);
    await expect.poll(async () => (await ready()).canary?.state, SLOW).toBe("answering");
    await point(await bucket(), { version: canary });
    await shiftClock(MINUTE_MS);
    await expect.poll(async () => (await ready()).model.version, SLOW).toBe(canary);
    // Reads don't tell: an isolate reads its files once more, to keep copies of them.
    const loads = logs().filter(({ message }) => message.includes('"model-loaded"') && message.includes(canary));
    expect(loads).toHaveLength(1);
  });

  test("that fails to load is not used, and /readyz says why", async () => {
    const canary = await putVersion(await bucket(), (m) => (m.files["heads.bin"].sha256 = "1".repeat(64)));
    await point(await bucket(), { version, canary: { version: canary, percent: 90 } });
    await shiftClock(MINUTE_MS);
    await expect.poll(async () => (await ready()).canary?.state, SLOW).toBe("refused");
    expect((await ready()).canary?.reason).toMatch(/lacks the file heads\.bin/);
    expect(new Set(await versionsOf(texts))).toEqual(new Set([version]));
  });
});

describe("a canary that does not fit beside the current version", () => {
  const { bucket, ready, shiftClock } = startRollouts({ MEMORY_BUDGET_MB: "60" });

  test("is not used, and /readyz says why", async () => {
    const canary = await putVersion(await bucket(), (m) => (m.description = "too much"));
    await ready();
    await point(await bucket(), { version, canary: { version: canary, percent: 50 } });
    await shiftClock(MINUTE_MS);
    await expect.poll(async () => (await ready()).canary?.state, SLOW).toBe("refused");
    expect((await ready()).canary?.reason).toMatch(/needs \d+ MB of memory, and there are \d+/);
    expect((await ready()).model.version).toBe(version);
  });
});
