/**
 * `npm run same [-- --requests 10000] [--connections 8] [--seed N] [--engine simd|ort] [--url URL]`: asks questions alone, and then mixed in
 * every form and many at once, and compares the answers byte for byte. Without `--url` it starts the service in a workerd of
 * its own. Exit status 1 when an answer is another.
 */
import { parseArgs } from "node:util";
import { startService } from "./bench/service.ts";
import { compareAnswers } from "./same/same.ts";

const USAGE = "npm run same -- [--requests 10000] [--connections 8] [--seed N] [--engine simd|ort] [--url URL]";
const REPORT_EVERY = 500;

const { values: args } = parseArgs({
  options: {
    requests: { type: "string", default: "10000" },
    connections: { type: "string", default: "8" },
    seed: { type: "string", default: "1" },
    engine: { type: "string", default: "simd" },
    url: { type: "string" },
    help: { type: "boolean" },
  },
});
if (args.help) {
  console.log(USAGE);
  process.exit(0);
}
const options = {
  requests: Number(args.requests),
  connections: Number(args.connections),
  seed: Number(args.seed),
};
if (!Object.values(options).every((value) => value > 0) || (args.engine !== "simd" && args.engine !== "ort")) {
  console.error(USAGE);
  process.exit(2);
}

const service = args.url ? undefined : await startService(args.engine);
const started = performance.now();
const wrong = await compareAnswers({
  ...options,
  url: service?.url ?? new URL(args.url as string),
  report(answered) {
    const seconds = ((performance.now() - started) / 1_000).toFixed(0);
    if (answered % REPORT_EVERY === 0) console.log(`${answered} requests in ${seconds} s`);
  },
});
await service?.close();
console.log(wrong ?? `All ${options.requests} answers are the same as alone.`);
if (wrong !== undefined) process.exitCode = 1;
