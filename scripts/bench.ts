/**
 * `npm run bench`: what a client of the Worker in workerd waits for, one request at a time: the first answer of a fresh
 * isolate, then new, kept and unchanged (304) answers of 25 tokens, beside the empty round trip of /healthz in the same run.
 */
import type { R2Bucket } from "@cloudflare/workers-types";
import { createTestHarness } from "wrangler";
import { quantile } from "./metrics.ts";
import { seed } from "./seed.ts";

const ROUNDS = 300;
const WARM_UP_ROUNDS = 60; // by then V8 has compiled the WebAssembly with its optimizing compiler
const WORDS = "the to and you I a is in my for it of on me so be with this at just have was not".split(" ");

const server = createTestHarness({ workers: [{ configPath: "wrangler.toml" }] });
const { url } = await server.listen();
const { MODELS } = await server.getWorker<{ MODELS: R2Bucket }>().getEnv();
await seed(MODELS, "models/bertweet-mini");

/** 23 words of one piece each, in an order that no other round has: 25 tokens with <s> and </s>. */
function textOf(round: number): string {
  const words = [...WORDS];
  for (let place = 0; place < words.length - 1; place++) {
    const other = place + ((round * (place + 7) + (round >> 3)) % (words.length - place));
    [words[place], words[other]] = [words[other] as string, words[place] as string];
  }
  return words.join(" ");
}

const pathOf = (round: number) => `/v1/sentiment?text=${encodeURIComponent(textOf(round))}`;

async function ask(path: string, headers: Record<string, string> = {}) {
  const start = performance.now();
  const response = await fetch(new URL(path, url), { headers });
  const body = await response.text();
  if (!response.ok && response.status !== 304) throw new Error(`${path}: ${response.status} ${body}`);
  return { ms: performance.now() - start, body, headers: response.headers };
}

const empty: number[] = [];
const fresh: number[] = [];
const kept: number[] = [];
const unchanged: number[] = [];

const first = await ask("/v1/sentiment?text=hello");
for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
  const path = pathOf(round + WARM_UP_ROUNDS);
  const answer = await ask(path);
  const again = await ask(path);
  const same = await ask(path, { "If-None-Match": answer.headers.get("ETag") as string });
  const health = await ask("/healthz");
  if (JSON.parse(answer.body).tokens.total !== 25) throw new Error(`not 25 tokens: ${textOf(round + WARM_UP_ROUNDS)}`);
  if (round < 0 || !answer.headers.get("Cache-Status")?.includes("fwd")) continue;
  fresh.push(answer.ms);
  kept.push(again.ms);
  unchanged.push(same.ms);
  empty.push(health.ms);
}
const { wasm_memory_bytes } = JSON.parse((await ask("/readyz")).body) as { wasm_memory_bytes: number };
await server.close();

const base = quantile(empty, 0.5);
console.log(`first answer of a fresh isolate: ${first.ms.toFixed(0)} ms`);
console.log(`WebAssembly memory: ${(wasm_memory_bytes / 2 ** 20).toFixed(1)} MiB\n`);
console.log("| request, 25 tokens | n | p50 ms | p95 ms | p50 over /healthz |\n|---|---|---|---|---|");
for (const [name, times] of Object.entries({
  "/healthz": empty,
  "new text": fresh,
  "cache hit": kept,
  "304": unchanged,
}))
  console.log(
    `| ${name} | ${times.length} | ${quantile(times, 0.5).toFixed(2)} | ${quantile(times, 0.95).toFixed(2)} | ${(quantile(times, 0.5) / base).toFixed(1)} |`,
  );
