import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startIsolates } from "../memory/isolates.ts";
import { peak } from "../memory/measure.ts";
import { seed } from "../seed.ts";
import { cpuMs } from "./listeners.ts";
import { figureRows, type Report } from "./row.ts";
import { ask, BUNDLE, type Service, startService, startWorker, workerConfig } from "./service.ts";
import type { Settings } from "./settings.ts";
import { startStages } from "./stages.ts";
import { commonTexts } from "./texts.ts";
import { clock } from "./turns.ts";

const TOKENS = 25;
const LINE_BYTES = 256;
const BLOCK_LINES = 512;
/** Those of jobs_worker.ts. `ner` runs all layers of every text. */
const TASKS = "sentiment,ner";
const GIGABYTE = 2 ** 30;
const CHUNK_PATH = (start: number, end: number, bytes: number) => `/?bytes=${bytes}&start=${start}&end=${end}`;
const [ENCODER, API, SMALL] = ["the encoder alone", "a stream of the API, one isolate", "an input of one chunk"];

/** Lines a second of a job's consumers beside the API, what a line takes beside the encoder, and the memory of a consumer. */
export async function jobs({ quick }: Settings): Promise<Report> {
  const lines = quick ? 100 : 400;
  const texts = await commonTexts(BUNDLE);
  const block = Array.from(
    { length: BLOCK_LINES },
    () => `${JSON.stringify({ text: texts(TOKENS) }).padEnd(LINE_BYTES - 1)}\n`,
  ).join("");
  if (Buffer.byteLength(block) !== BLOCK_LINES * LINE_BYTES) throw new Error("A text is too long for the bench.");
  const consumers: Service[] = [];
  while (consumers.length < 4) consumers.push(await startWorker("jobs_worker.ts")); // one by one: each finds its own process
  for (const { ask } of consumers) await ask("/block", { method: "POST", body: block });
  const chunk = (service: Service, count: number, start = 0, bytes = count * LINE_BYTES) =>
    service.ask(CHUNK_PATH(start, start + count * LINE_BYTES, bytes), { method: "POST" });
  for (const service of consumers) await chunk(service, BLOCK_LINES);

  const rates = new Map([[API, 0]]);
  const cpu = new Map<string, number>([[ENCODER, 0]]);
  const [consumer] = consumers as [Service];
  const cpuPerLine = async (service: Service, count: number, work: () => Promise<unknown>) => {
    const before = await cpuMs(service.pid);
    await work();
    return ((await cpuMs(service.pid)) - before) / count;
  };

  const stages = await startStages();
  const encode = stages.timer("simd", "states", { tokens: TOKENS, runs: lines });
  await encode();
  const encoder: number[] = [];
  const consumed: number[] = [];
  for (let round = 0; round < (quick ? 1 : 3); round++) {
    encoder.push(await cpuPerLine(stages.service, lines, encode));
    consumed.push(await cpuPerLine(consumer, lines, () => chunk(consumer, lines)));
  }
  const median = (list: number[]) => list.toSorted((a, b) => a - b)[list.length >> 1] as number;
  cpu.set(ENCODER, median(encoder)).set("a line of a job", median(consumed));
  cpu.set("a token of a job", median(consumed) / TOKENS);
  await stages.service.close();

  const api = await startService("simd");
  const body = block.repeat(Math.ceil(lines / BLOCK_LINES)).slice(0, lines * LINE_BYTES);
  const stream = () =>
    api.ask(`/v1/analyze/stream?tasks=${TASKS}`, {
      method: "POST",
      headers: { "Content-Type": "application/x-ndjson" },
      body,
    });
  await stream();
  rates.set(API, (1_000 * lines) / (await clock(stream)));
  await api.close();
  for (const count of [1, 2, 4]) {
    const ms = await clock(() => Promise.all(consumers.slice(0, count).map((service) => chunk(service, lines))));
    rates.set(`${count} consumer${count > 1 ? "s" : ""}`, (1_000 * lines * count) / ms);
  }

  await Promise.all(consumers.map((service) => service.close()));
  const memory = await peaks(block, lines);
  return {
    rows: [
      ...figureRows(rates, API, { unit: "lines/s" }),
      ...figureRows(cpu, ENCODER, { unit: "ms of CPU" }),
      ...figureRows(memory, SMALL, { unit: "MB of the isolate" }),
    ],
    notes: [
      "Each consumer is a workerd of its own and answers one chunk; miniflare does not run consumers of a queue at the same time. More consumers than cores share the cores.",
      `${lines} lines of ${TOKENS} tokens, tasks ${TASKS}. The memory is the most that the isolate held with its garbage: heap, buffers and WebAssembly, the model's loading included.`,
    ],
  };
}

/** Peak memory of a consumer's isolate over a chunk, in MB: of an input of one chunk, and in the middle of a large input. */
async function peaks(block: string, lines: number): Promise<Map<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), "bertweet-jobs-"));
  const config = join(folder, "wrangler.json");
  await writeFile(config, JSON.stringify(workerConfig("jobs_worker.ts")));
  const memory = new Map<string, number>();
  for (const [name, start, bytes] of [
    [SMALL, 0, lines * LINE_BYTES],
    ["a chunk in the middle of 1 GB", GIGABYTE / 2, GIGABYTE],
  ] as const) {
    const consumer = await startIsolates([config], { fill: (bucket) => seed(bucket, BUNDLE), isQuiet: true });
    const post = async (path: string, body?: string) => {
      await ask(new URL(path, consumer.url), { method: "POST", ...(body && { body }) });
    };
    await post("/block", block);
    const { isolates } = await peak(name, consumer, () => post(CHUNK_PATH(start, start + lines * LINE_BYTES, bytes)));
    memory.set(name, (isolates[0]?.sum ?? 0) / 1e6);
    await consumer.close();
  }
  await rm(folder, { recursive: true });
  return memory;
}
