import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { quantile } from "../metrics.ts";
import { figureRows, type Report, type Row, timeRows } from "./row.ts";
import { classifyPath, ROOT, startService, startWorker } from "./service.ts";
import type { Settings } from "./settings.ts";
import { clock, takeTurns } from "./turns.ts";

const ENGINES = ["ort", "simd"] as const;
const FAR = "scripts/bench/far_worker.ts";
const [TEXT, LABEL] = ["the launch was so beautiful", "positive"];

/** From a fresh isolate to its first right answer, what that is spent on, and the bytes of the Worker. */
export async function cold({ quick }: Settings): Promise<Report> {
  const rounds = { rounds: quick ? 1 : 5, warmUp: 0 };
  const first = await takeTurns(new Map(ENGINES.map((engine) => [engine, () => firstAnswer(engine)])), rounds);
  const far = await takeTurns(new Map(ENGINES.map((engine) => [engine, () => firstAnswer(engine, FAR)])), rounds);
  const rows: Row[] = timeRows(first, "ort", { suffix: ": first answer of a fresh isolate" });
  rows.push(...timeRows(far, "ort", { suffix: ": the same, the bucket 30 ms away" }));
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
    figures.set("rest", 2 * total - [...figures.values()].reduce((sum, ms) => sum + ms, 0));
    rows.push(...figureRows(figures, "first answer", { unit: "ms", suffix: ` (${engine})` }).slice(1));
  }
  rows.push(...figureRows(await workerBytes(), "the Worker as uploaded", { unit: "bytes" }));
  return {
    rows,
    notes: [
      "A fresh isolate: a new workerd process. The bucket is miniflare's, on this disk; for one that is away each read waits as long first.",
    ],
  };
}

async function firstAnswer(engine: (typeof ENGINES)[number], main?: string): Promise<number> {
  const service = await startService(engine, main);
  const { ms, body } = await service.ask(classifyPath(TEXT));
  if (JSON.parse(body).label !== LABEL) throw new Error(`The first answer is wrong: ${body}`);
  await service.close();
  return ms;
}

/** Milliseconds of each step, in an isolate that has done only those before it. */
async function loadingSteps(engine: string): Promise<Map<string, number>> {
  const { ask, close } = await startWorker("cold_worker.ts");
  const time = (step: string) => clock(() => ask(`/${engine}/${step}`));
  await time("empty");
  const empty = await time("empty");
  const read = (await time("read")) - empty;
  const start = (await time("start")) - empty;
  const pack = (await time("pack")) - empty - start;
  const tokenizer = (await time("tokenizer")) - empty;
  const run = (await time("run")) - empty;
  await close();
  return new Map([
    ["read files, check SHA-256", read],
    ["compile and start the engine", start],
    ["load and pack weights", pack],
    ["tokenizer's tables", tokenizer],
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
