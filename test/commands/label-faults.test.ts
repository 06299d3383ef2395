import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startService } from "../integration/service.ts";
import { type StreamFault, startFaultyProxy } from "./faulty_proxy.ts";
import { endOf, startLabel } from "./run_label.ts";

const service = startService({ seeded: true });

/** A row in so many is bad. */
const BAD_EVERY = 70;
const ROWS = 300;

let folder: string;
let input: string;
const path = (name: string) => join(folder, name);
const text = (name: string) => readFile(path(name), "utf8");
const optionsOf = (out: string, url = service.url("/")) => [
  ...[input, "--out", path(out), "--url", url],
  ...["--tasks", "irony,ner"],
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "label-faults-"));
  input = path("in.csv");
  const texts = Array.from({ length: ROWS }, (_, n) => (n % BAD_EVERY === 1 ? " " : `off to Berlin ${n} 😀`));
  await writeFile(input, `text\n${texts.join("\n")}\n`);
  expect(await endOf(startLabel(optionsOf("whole.csv")))).toMatchObject({ code: 3 });
});
afterAll(() => rm(folder, { recursive: true }));

/** That a file equals the one of a run that nothing disturbed. */
async function expectWhole(name: string): Promise<void> {
  expect(await text(name)).toBe(await text("whole.csv"));
  expect(await text(`${name}.bad.ndjson`)).toBe(await text("whole.csv.bad.ndjson"));
  expect(existsSync(path(`${name}.progress`))).toBe(false);
}

/** Labels through faults. @returns milliseconds from what the first of them said to the next stream */
async function labelThrough(name: string, ...faults: StreamFault[]): Promise<number> {
  const proxy = await startFaultyProxy(service.url("/"), faults);
  try {
    const { code, printed } = await endOf(startLabel(optionsOf(name, proxy.url)));
    expect([code, printed]).toEqual([3, expect.stringContaining(`of ${ROWS} rows`)]);
    expect(faults).toEqual([]);
    const [first, second] = proxy.streams;
    return (second?.askedAt as number) - (first?.saidAt as number);
  } finally {
    proxy.close();
  }
}

test.concurrent.each<[string, number, StreamFault[]]>([
  ["a 429 is waited out", 2_000, [{ kind: "status", status: 429, retryAfter: 2 }]],
  ["a 503 is waited out", 2_000, [{ kind: "status", status: 503, retryAfter: 2 }]],
  ["a 502 of a proxy is tried again", 1_000, [{ kind: "status", status: 502 }]],
  ["an error of a line that passes is waited out, as long as it says", 2_000, [{ kind: "busy", line: 7 }]],
  ["a connection that ends before a line", 1_000, [{ kind: "cut", afterBytes: 0 }]],
  ["a connection that ends in the middle of a line", 1_000, [{ kind: "cut", afterBytes: 5_000 }]],
  ["a stream that ends in the middle of a line", 1_000, [{ kind: "short", afterBytes: 5_000 }]],
  ["a stream that ends in the middle of an emoji's bytes", 1_000, [{ kind: "short", afterBytes: 300 }]],
  [
    "one after another, each after some answers",
    1_000,
    [
      { kind: "cut", afterBytes: 4_000 },
      { kind: "short", afterBytes: 6_000 },
      { kind: "busy", line: 9 },
      { kind: "cut", afterBytes: 2_000 },
    ],
  ],
])("%s: the file is what it would have been", { timeout: 120_000 }, async (name, waitMs, faults) => {
  const file = `${name.replace(/\W+/g, "-")}.csv`;
  expect(await labelThrough(file, ...faults)).toBeGreaterThanOrEqual(waitMs);
  await expectWhole(file);
});

test.concurrent.each<[string, number]>([
  ["before it answers", 0],
  ["in the middle of a line", 5_000],
])("a service that hangs %s is left after a minute and asked again", { timeout: 180_000 }, async (name, afterBytes) => {
  const file = `hang-${name.replace(/\W+/g, "-")}.csv`;
  expect(await labelThrough(file, { kind: "hang", afterBytes })).toBeGreaterThan(60_000);
  await expectWhole(file);
});

test("whichever change of a file SIGKILL ends it at, it goes on from there", { timeout: 300_000 }, async () => {
  let killed = 0;
  for (let at = 1; ; at++) {
    const file = `killed-${at}.csv`;
    const { code } = await endOf(startLabel(optionsOf(file), { KILL_AT: String(at) }, "./test/commands/kill_at.ts"));
    if (code !== null) break; // it has no more changes
    killed++;
    const isDone = existsSync(path(file)) && !existsSync(path(`${file}.progress`));
    if (!isDone) expect(await endOf(startLabel(optionsOf(file))), `killed at ${at}`).toMatchObject({ code: 3 });
    await expectWhole(file);
  }
  expect(killed).toBeGreaterThan(15);
});
