/**
 * `npm run evaluate -- --url URL --data DIR [--task NAME ...] [--split test] [--json FILE]`: posts a split of every
 * classification task that the running service answers, and prints n, the task's metric and its 95 % bootstrap interval.
 * The JSON, `{task: {metric: figure}}`, is what export.py puts into the manifest.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bootstrapInterval, findMetric, type Pair } from "./metrics.ts";

const BATCH_TEXTS = 64;

const { values: args } = parseArgs({
  options: {
    url: { type: "string", default: "http://127.0.0.1:8787" },
    data: { type: "string" },
    split: { type: "string", default: "test" },
    task: { type: "string", multiple: true },
    json: { type: "string" },
    help: { type: "boolean" },
  },
});
if (args.help || !args.data) {
  console.log("npm run evaluate -- --data DIR [--url http://127.0.0.1:8787] [--split test|dev] [--task sentiment ...]");
  process.exit(args.help ? 0 : 1);
}

interface Entry {
  folder: string;
  metric: string;
}
interface Served {
  id: string;
  version: string;
  tasks: Record<string, { kind: string }>;
}

const entries = JSON.parse(await readFile(join(import.meta.dirname, "tasks.json"), "utf8")) as Record<string, Entry>;
const { models } = (await (await fetch(`${args.url}/v1/models`)).json()) as { models: Served[] };
const [model] = models;
if (!model) throw new Error("The service has no model.");

console.log(`${model.id} ${model.version.slice(0, 12)}, ${args.split}\n`);
console.log("| task | metric | n | figure | 95 % |\n|---|---|---|---|---|");
const figures: Record<string, Record<string, number>> = {};
for (const [name, { folder, metric }] of Object.entries(entries)) {
  if (args.task && !args.task.includes(name)) continue;
  if (model.tasks[name]?.kind !== "classification") continue;
  const lines = (await readFile(join(args.data, folder, `${args.split}.jsonl`), "utf8")).trimEnd().split("\n");
  const rows = lines.map((line) => JSON.parse(line) as { text: string; label: string });
  const pairs = await predictAll(name, rows);
  const score = findMetric(metric);
  const figure = score(pairs).toFixed(4);
  const [low, high] = bootstrapInterval(pairs, score);
  figures[name] = { [metric]: Number(figure) };
  console.log(`| ${name} | ${metric} | ${pairs.length} | ${figure} | ${low.toFixed(3)} to ${high.toFixed(3)} |`);
}
if (args.json) await writeFile(args.json, `${JSON.stringify(figures, null, 2)}\n`);

/** Gold and predicted label of every row, asked for in batches. */
async function predictAll(task: string, rows: { text: string; label: string }[]): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let start = 0; start < rows.length; start += BATCH_TEXTS) {
    const batch = rows.slice(start, start + BATCH_TEXTS);
    const response = await fetch(`${args.url}/v1/${task}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ texts: batch.map(({ text }) => text), top_k: 1 }),
    });
    if (!response.ok) throw new Error(`${task}: ${response.status} ${await response.text()}`);
    const { results } = (await response.json()) as { results: { label: string }[] };
    pairs.push(...results.map(({ label }, index) => [batch[index]?.label as string, label] as const));
    if (process.stderr.isTTY) process.stderr.write(`\r${task} ${pairs.length} of ${rows.length} \r`);
  }
  return pairs;
}
