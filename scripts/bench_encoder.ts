/**
 * A bundle's own encoder graph, by each engine, against the usual export of the same weights (scripts/export_stock.py), from
 * ids to last hidden states, in one workerd process, taking turns. The clock in workerd may stand still while code computes, so
 * time is taken out here: one request makes many runs, and a sample is its time divided by them.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createTestHarness } from "wrangler";
import { quantile } from "./metrics.ts";

const USAGE = "bench_encoder.ts --bundle DIR --stock stock.onnx [--samples 20]";
const TOKENS = [8, 25, 64, 128];
const RUNS_PER_REQUEST = 10;
const WARM_UP_SAMPLES = 3;
const CONTESTANTS = ["ort", "simd", "stock"] as const;

const { values: args } = parseArgs({
  options: {
    bundle: { type: "string" },
    stock: { type: "string" },
    samples: { type: "string", default: "20" },
    help: { type: "boolean", default: false },
  },
});
if (args.help || !args.bundle || !args.stock) {
  console.log(USAGE);
  process.exit(args.help ? 0 : 2);
}

const harness = createTestHarness({
  root: join(import.meta.dirname, ".."),
  workers: [
    {
      config: {
        name: "bench-encoder",
        main: "scripts/bench/encoder_worker.ts",
        compatibility_date: "2026-11-17",
        rules: [{ type: "CompiledWasm", globs: ["**/*.wasm"] }],
        r2_buckets: [{ binding: "FILES", bucket_name: "bench-encoder" }],
      },
    },
  ],
});

/** Milliseconds a run, and the WASM memory that the stage holds. */
async function sample(name: string, tokens: number): Promise<{ ms: number; wasmMemoryBytes: number }> {
  const start = performance.now();
  const response = await harness.fetch(`/${name}?tokens=${tokens}&runs=${RUNS_PER_REQUEST}`);
  if (!response.ok) throw new Error(`The worker answered ${response.status}: ${await response.text()}`);
  const { wasmMemoryBytes } = (await response.json()) as { wasmMemoryBytes: number };
  return { ms: (performance.now() - start) / RUNS_PER_REQUEST, wasmMemoryBytes };
}

await harness.listen();
try {
  const { FILES } = (await harness.getWorker().getEnv()) as {
    FILES: { put(key: string, bytes: Uint8Array): Promise<unknown> };
  };
  for (const name of await readdir(args.bundle)) await FILES.put(name, await readFile(join(args.bundle, name)));
  await FILES.put("stock.onnx", await readFile(args.stock));

  console.log("tokens  engine  p50 ms  p95 ms   WASM bytes  stock / this at p50");
  for (const tokens of TOKENS) {
    const taken = { ort: [] as number[], simd: [] as number[], stock: [] as number[] };
    const memory = { ort: 0, simd: 0, stock: 0 };
    for (let round = -WARM_UP_SAMPLES; round < Number(args.samples); round++) {
      for (const name of CONTESTANTS) {
        const { ms, wasmMemoryBytes } = await sample(name, tokens);
        memory[name] = wasmMemoryBytes;
        if (round >= 0) taken[name].push(ms);
      }
    }
    const stock = quantile(taken.stock, 0.5);
    for (const name of CONTESTANTS) {
      const [p50, p95] = [quantile(taken[name], 0.5), quantile(taken[name], 0.95)];
      const cells = [
        String(tokens).padStart(6),
        name.padEnd(6),
        p50.toFixed(2).padStart(7),
        p95.toFixed(2).padStart(7),
      ];
      console.log(`${cells.join(" ")} ${memory[name].toLocaleString("en").padStart(12)}  ${(stock / p50).toFixed(2)}`);
    }
  }
} finally {
  await harness.close();
}
