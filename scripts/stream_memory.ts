/**
 * `node scripts/stream_memory.ts --url URL --pid PID [--lines N]`: sends N lines (100,000 when not given) to
 * `/v1/sentiment/stream` in one request and prints how large the process PID, workerd's, is as the answers come. Linux only.
 */
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";

const REPORTS = 10;

const { values: args } = parseArgs({
  options: { url: { type: "string" }, pid: { type: "string" }, lines: { type: "string", default: "100000" } },
});
const { url, pid } = args;
if (!url || !pid) {
  console.log("node scripts/stream_memory.ts --url URL --pid PID [--lines N]");
  process.exit(1);
}
const lines = Number(args.lines);

async function residentMegabytes(): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

async function* body(): AsyncGenerator<Uint8Array> {
  for (let n = 1; n <= lines; n++)
    yield new TextEncoder().encode(`${JSON.stringify({ text: `tweet number ${n} 😀` })}\n`);
}

const started = performance.now();
const response = await fetch(`${url}/v1/sentiment/stream`, {
  method: "POST",
  headers: { "Content-Type": "application/x-ndjson" },
  body: body(),
  duplex: "half",
} as unknown as RequestInit);
let answers = 0;
let next = 0;
for await (const chunk of response.body ?? []) {
  answers += (chunk as Uint8Array).filter((byte) => byte === 0x0a).length;
  if (answers < next) continue;
  console.log(`${answers} answers, ${(await residentMegabytes()).toFixed(0)} MB`);
  next += lines / REPORTS;
}
console.log(`${answers} answers in ${((performance.now() - started) / 1000).toFixed(0)} s`);
if (answers !== lines) process.exitCode = 1;
