import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { readBundleFolder } from "../bundle_folder.ts";
import { quantile } from "../metrics.ts";
import { askFirst, openAfar } from "./afar.ts";
import { FAR_BUCKET } from "./far_bucket.ts";
import { figureRows, type Report, type Row, timeRows } from "./row.ts";
import { BUNDLE, ROOT, startService, startWorker } from "./service.ts";
import type { Settings } from "./settings.ts";
import { clock, type Rounds, takeTurns } from "./turns.ts";

const ENGINES = ["ort", "simd"] as const;
type Engine = (typeof ENGINES)[number];

const ENCODER = "the encoder's weights alone";

/** Time for an isolate's background work after its first answer. */
const AFTER_LOAD_MS = 3_000;

/** The time from a fresh isolate to its first right answer, its parts, and the size of the Worker. */
export async function cold({ quick }: Settings): Promise<Report> {
  const rounds = { rounds: quick ? 1 : 5, warmUp: 0 };
  const first = await takeTurns(new Map(ENGINES.map((engine) => [engine, () => firstAnswer(engine)])), rounds);
  const rows: Row[] = timeRows(first, "ort", { suffix: ": first answer of a fresh isolate" });
  rows.push(...timeRows(await farAway(rounds), ENCODER, { suffix: ", the bucket far away" }));
  rows.push(...figureRows(await leastTimes(), ENCODER, { unit: "ms", suffix: ": the least from the bucket far away" }));
  for (const engine of ENGINES) {
    const total = quantile(first.get(engine) as number[], 0.5);
    const steps: Map<string, number>[] = [];
    for (let round = 0; round < rounds.rounds; round++) steps.push(await loadingSteps(engine));
    const figures = new Map([["first answer", total]]);
    for (const name of (steps[0] as Map<string, number>).keys())
      figures.set(
        name,
        quantile(
          steps.map((step) => step.get(name) as number),
          0.5,
        ),
      );
    rows.push(...figureRows(figures, "first answer", { unit: "ms", suffix: ` (${engine})` }).slice(1));
  }
  rows.push(...figureRows(await workerBytes(), "the Worker as uploaded", { unit: "bytes" }));
  const { delayMs, bytesPerSecond } = FAR_BUCKET;
  return {
    rows,
    notes: [
      "A fresh isolate: a new workerd process. The bucket is miniflare's, on this disk.",
      `One far away answers each read ${delayMs} ms later, and sends ${bytesPerSecond / 1e6} MB a second over all reads. A second isolate is a later process in the same data centre.`,
    ],
  };
}

async function firstAnswer(engine: Engine): Promise<number> {
  const service = await startService(engine);
  const ms = await askFirst(service);
  await service.close();
  return ms;
}

/** First answers of two isolates, one after another in the same data centre, compared with the time to read only the encoder's weights. */
async function farAway({ rounds }: Rounds): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>([[ENCODER, []]]);
  const add = (name: string, ms: number) => times.set(name, [...(times.get(name) ?? []), ms]);
  const afar = await openAfar();
  for (let round = 0; round < rounds; round++)
    for (const engine of ENGINES) {
      await afar.emptyCache();
      add(ENCODER, await afar.transfer(engine));
      for (const name of ["first isolate", "second isolate"])
        add(`${engine}: ${name}`, await afar.firstAnswer(engine, () => sleep(AFTER_LOAD_MS)));
    }
  await afar.close();
  return times;
}

/** Milliseconds to read the bytes of a first answer from the distant bucket, with its three trips, but without the few word rows. */
async function leastTimes(): Promise<Map<string, number>> {
  const { manifest, manifestBytes } = await readBundleFolder(BUNDLE);
  const { encoder, files, tensors, tokenizer, words } = manifest;
  const { delayMs, bytesPerSecond } = FAR_BUCKET;
  const msOf = (...names: string[]) =>
    (1_000 * [...new Set(names)].reduce((sum, name) => sum + (files[name]?.bytes ?? 0), 0)) / bytesPerSecond;
  const others = Object.values(tensors).flatMap(({ file }) => (file === tensors.words?.file ? [] : [file]));
  const parts = new Map([
    ["tokenizer's tables", msOf(tokenizer.tables ?? "")],
    ["heads and embeddings, but for the word table", msOf(...others)],
    [
      "graph, hashes of word rows, manifest",
      msOf(...encoder.map(({ graph }) => graph), words?.hashes ?? "") + (1_000 * manifestBytes.length) / bytesPerSecond,
    ],
    ["trips for the pointer and the manifest", 2 * delayMs],
  ]);
  const alone = delayMs + msOf(...encoder.map(({ weights }) => weights));
  const all = [...parts.values()].reduce((sum, ms) => sum + ms, alone);
  const table = msOf(tensors.words?.file ?? "");
  return new Map([
    [ENCODER, alone],
    ...parts,
    ["the first answer", all],
    ["the same behind the word table", all + table],
  ]);
}

/** Milliseconds of each step, in an isolate that has done only the steps before it. A load does several steps at the same time. */
async function loadingSteps(engine: string): Promise<Map<string, number>> {
  const { ask, close } = await startWorker("cold_worker.ts");
  const time = (step: string) => clock(() => ask(`/${engine}/${step}`));
  await time("empty");
  const empty = await time("empty");
  const read = (await time("read")) - empty;
  const start = (await time("start")) - empty;
  const pack = (await time("pack")) - empty - start;
  const tables = (await time("tables")) - empty;
  const texts = (await time("texts")) - empty;
  const run = (await time("run")) - empty;
  await close();
  return new Map([
    ["read files, check SHA-256", read],
    ["compile and start the engine", start],
    ["load and pack weights", pack],
    ["tokenizer's tables", tables],
    ["the same from its text files", texts],
    ["first run", run],
  ]);
}

async function workerBytes(): Promise<Map<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), "bertweet-worker-"));
  await promisify(execFile)("wrangler", ["deploy", "--dry-run", "--outdir", folder], { cwd: ROOT });
  const figures = new Map<string, number>([
    ["the Worker as uploaded", 0],
    ["the same, gzipped", 0],
  ]);
  const add = (name: string, bytes: number) => figures.set(name, (figures.get(name) ?? 0) + bytes);
  for (const name of await readdir(folder)) {
    if (!/\.(js|wasm)$/.test(name)) continue;
    const bytes = await readFile(join(folder, name));
    add("the Worker as uploaded", bytes.length);
    add("the same, gzipped", gzipSync(bytes, { level: 9 }).length);
    add(name.endsWith(".js") ? "its JavaScript" : `its ${name.replace(/^[0-9a-f]+-/, "")}`, bytes.length);
  }
  await rm(folder, { recursive: true });
  return figures;
}
