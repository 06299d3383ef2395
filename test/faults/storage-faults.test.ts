import { beforeAll, describe, expect, test } from "vitest";
import { blobKey, pointerKey } from "../../src/bundle/keys.ts";
import { POINTER_TTL_MS } from "../../src/limits.ts";
import type { Fault } from "./fault.ts";
import { putVersion } from "./rollout.ts";
import { BUNDLE_KEYS, keyOf, startFaulty } from "./service.ts";

/** `FAULTS=all` tries every file with every fault. Otherwise each file gets a fifth of the faults, and each engine gets other ones. */
const SHARE = process.env.FAULTS === "all" ? 1 : 5;

/** Deadlines are divided by this factor if a bucket hangs. */
const TIMER_SPEED = 5;

type Harm = { [Each in Fault as Each["kind"]]: Omit<Each, "key"> }[Fault["kind"]];

const HARMS: [name: string, harm: Harm][] = [
  ["missing", { kind: "missing" }],
  ["truncated", { kind: "truncated" }],
  ["flipped", { kind: "flipped" }],
  ["doubled", { kind: "doubled" }],
  ["empty", { kind: "empty" }],
  ["throwing", { kind: "throwing" }],
  ["hanging", { kind: "hanging" }],
  ["silent after some bytes", { kind: "hanging", afterBytes: 10 }],
  ["reset", { kind: "reset" }],
  ["slow", { kind: "slow", delayMs: 200, bytesPerSecond: 100_000_000 }],
];

/** Faults without effect. Late bytes are correct. The word table is read in ranges, so bytes after a range do not matter. */
const isHarmless = (file: string, name: string) => name === "slow" || (file === "words.bin" && name === "doubled");

/** The tokenizer's files in a bundle without its tables. */
const TOKENIZER_TEXTS = ["vocab.txt", "bpe.codes", "emoji.json"];

/** Files and faults, `offset` of SHARE parts of all. */
function combinations(offset: number) {
  return [...BUNDLE_KEYS.keys()].flatMap((file, row) =>
    HARMS.flatMap(([name, harm], column) =>
      (row + column) % SHARE === offset % SHARE ? [{ file, name, harm, id: `m-${row}-${column}` }] : [],
    ),
  );
}

const NO_STORE = { "Cache-Control": "no-store" };
const UNAVAILABLE = "/problems/model-unavailable";

let asked = 0;
const path = (model: string) => `/v1/sentiment?model=${model}&text=${encodeURIComponent(`number ${asked++} of many`)}`;

describe.each([
  ["simd", 0],
  ["ort", 2],
])("%s", (engine, offset) => {
  const cases = combinations(offset);
  const ids = ["bertweet-mini", ...cases.map(({ id }) => id)];
  const { get, bucket, faults, shiftClock, speedUpTimers } = startFaulty({
    vars: { MODEL: ids.join(), ENGINE: engine },
  });

  // A model of its own for each case is one that the isolate has never seen.
  const versions = new Map<string, string>();
  beforeAll(async () => {
    for (const { id, file } of cases) {
      const version = await putVersion(await bucket(), (manifest) => {
        manifest.id = id;
        if (TOKENIZER_TEXTS.includes(file)) delete manifest.tokenizer.tables; // else nobody reads them
      });
      await (await bucket()).put(pointerKey(id), version);
      versions.set(id, version);
    }
  });

  test("a model is loaded", async () => {
    expect((await get(path("bertweet-mini"))).status).toBe(200);
  });

  test.each(cases)("once it is, $file may be $name, and every answer comes", async ({ file, harm }) => {
    await faults.set({ ...harm, key: keyOf(file) });
    await shiftClock(POINTER_TTL_MS);
    for (let time = 0; time < 2; time++) expect((await get(path("bertweet-mini"))).status).toBe(200);
    await faults.clear();
  });

  test.each(cases)(
    "while one is loaded, $file that is $name is told if it matters, and answers come once it is right",
    async ({ file, name, harm, id }) => {
      const ownKeys = new Map([
        ["pointer", pointerKey(id)],
        ["manifest.json", blobKey(versions.get(id) as string)],
      ]);
      await faults.set({ ...harm, key: ownKeys.get(file) ?? keyOf(file) });
      await speedUpTimers(harm.kind === "hanging" ? TIMER_SPEED : 1);
      const response = await get(path(id));
      if (isHarmless(file, name)) expect(response.status).toBe(200);
      else {
        expect(response.status).toBe(503);
        expect(response.headers.get("Retry-After")).toMatch(/^\d+$/);
        const { type, detail } = (await response.json()) as { type: string; detail: string };
        expect(type).toBe(UNAVAILABLE);
        expect(detail).toMatch(file === "pointer" ? new RegExp(`"${id}"|manifest`) : file);
      }
      await speedUpTimers(1);
      await faults.clear();
      await shiftClock(POINTER_TTL_MS);
      expect((await get(path(id))).status).toBe(200);
    },
  );
});

describe("with the rows of the commonest words alone in memory", () => {
  const { get, faults, speedUpTimers } = startFaulty({ vars: { ENGINE: "simd", RESIDENT_WORDS: "64" } });
  const ask = (text: string) => get(`/v1/irony?text=${encodeURIComponent(text)}`, { headers: NO_STORE });

  test.each(HARMS)(
    "a word table that is %s fails the texts that need it alone, and only until it is right",
    async (name, harm) => {
      const rare = `zebra${HARMS.findIndex(([each]) => each === name)} xylophone${name}`;
      expect((await ask("the I")).status).toBe(200);
      await faults.set({ ...harm, key: keyOf("words.bin") });
      await speedUpTimers(harm.kind === "hanging" ? TIMER_SPEED : 1);
      const response = await ask(rare);
      if (isHarmless("words.bin", name)) expect(response.status).toBe(200);
      else {
        expect(response.status).toBe(503);
        expect(await response.json()).toMatchObject({
          type: UNAVAILABLE,
          detail: expect.stringContaining("words.bin"),
        });
      }
      expect((await ask("the I the")).status).toBe(200);
      await speedUpTimers(1);
      await faults.clear();
      expect((await ask(rare)).status).toBe(200);
    },
  );
});
