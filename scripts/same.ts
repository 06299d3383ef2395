/**
 * `npm run same [-- --requests 10000] [--connections 8] [--seed N] [--engine simd|ort] [--url URL]`: sends questions one by one, then mixed, in
 * every form and many at once, and compares the answers byte for byte. Without `--url` it starts the service in its own workerd.
 * The exit status is 1 if an answer differs.
 */
import { runCommand } from "./lib/command.ts";
import { Refusal } from "./lib/refusal.ts";

const REPORT_EVERY = 500;

const help = `Sends questions one by one, then mixed, in every form and many at once. Compares the answers byte for byte.

  npm run same [-- options]

  --requests N      number of mixed requests (default 10000)
  --connections N   number of open requests at once (default 8)
  --seed N          seed of the random choice (default 1)
  --url URL         a running service; default: the command starts its own workerd
  --engine ENGINE   engine of that workerd: simd (default) or ort
  --help            print this

The exit status is 1 if an answer differs.
`;

const OPTIONS = {
  requests: { type: "string", default: "10000" },
  connections: { type: "string", default: "8" },
  seed: { type: "string", default: "1" },
  engine: { type: "string", default: "simd" },
  url: { type: "string" },
} as const;

await runCommand({ help, options: OPTIONS, allowPositionals: false }, async ({ values: args }) => {
  const options = {
    requests: Number(args.requests),
    connections: Number(args.connections),
    seed: Number(args.seed),
  };
  if (!Object.values(options).every((value) => value > 0) || (args.engine !== "simd" && args.engine !== "ort"))
    throw new Refusal("A number or the engine is none; see --help.");
  const { startService } = await import("./bench/service.ts"); // takes seconds, which --help does not need
  const { compareAnswers } = await import("./same/same.ts");

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
});
