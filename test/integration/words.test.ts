import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readBundleFolder } from "../../scripts/bundle_folder.ts";
import { blobKey } from "../../src/bundle/keys.ts";
import { keyOf, startFaulty } from "../faults/service.ts";
import { BUNDLE, useService } from "./service.ts";

const ASKED = [
  "/v1/sentiment?text=the%20quick%20zebra%20jumps",
  "/v1/fill-mask?text=I%20am%20%3Cmask%3E%20today%2C%20%3Cmask%3E",
  `/v1/analyze?text=${encodeURIComponent("Off to Berlin with @anna, pterodactyls and all 🦖")}`,
];

const { faults, ...fresh } = startFaulty();

/** It has the whole word table in memory, a moment after its first answer. */
const whole = useService();

test("once the whole word table is in memory nothing is fetched", async () => {
  const words = ["quartz", "kelp", "tundra", "lichen", "gourd", "sphinx", "obelisk", "marzipan", "yurt", "zither"];
  const timing = async (path: string) => (await whole.get(path)).headers.get("Server-Timing");
  await expect
    .poll(() => timing(`/v1/irony?text=${words.pop()}`), { interval: 500, timeout: 5_000 })
    .not.toContain("fetched");
  for (const path of ASKED) expect(await timing(path)).not.toContain("fetched");
});

test("the first answers of an isolate fetch their rows", async () => {
  await faults.set({ key: keyOf("words.bin"), kind: "slow", delayMs: 300 });
  const response = await fresh.get("/v1/irony?text=xylophone");
  expect(response.headers.get("Server-Timing")).toMatch(/words;desc="\d+ rows fetched"/);
});

describe("with the rows of the commonest words in memory", () => {
  const { get, bucket } = startFaulty({ vars: { RESIDENT_WORDS: "64" } });

  test("answers are the same, and say how many rows were fetched", async () => {
    for (const path of ASKED) {
      const response = await get(path);
      expect(response.headers.get("Server-Timing")).toMatch(/words;desc="\d+ rows fetched"/);
      expect(await response.json()).toEqual(await (await whole.get(path)).json());
    }
  });

  test("a row once fetched is kept", async () => {
    const fetched = async (path: string) =>
      (await get(path, { headers: { "Cache-Control": "no-store" } })).headers.get("Server-Timing");
    expect(await fetched("/v1/irony?text=marmalade")).toContain("rows fetched");
    expect(await fetched("/v1/irony?text=marmalade%20marmalade")).not.toContain("rows fetched");
  });

  test("a text of the commonest words pays nothing", async () => {
    expect((await get("/v1/irony?text=the%20I")).headers.get("Server-Timing")).not.toContain("rows fetched");
  });

  test("a part of the table that is damaged fails the texts that need it, and only until it is mended", async () => {
    const { manifest } = await readBundleFolder(BUNDLE);
    const bytes = await readFile(join(BUNDLE, "words.bin"));
    const key = blobKey(manifest.files["words.bin"]?.sha256 as string);
    const damaged = Buffer.from(bytes);
    damaged.fill(7, 64 * manifest.architecture.hidden_size);
    await (await bucket()).put(key, damaged);
    expect((await get("/v1/irony?text=the%20I%20the")).status).toBe(200);
    const response = await get("/v1/irony?text=a%20xylophone");
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ type: "/problems/model-unavailable" });
    await (await bucket()).put(key, bytes);
    expect((await get("/v1/irony?text=a%20xylophone")).status).toBe(200);
  });
});
