/**
 * `npm run fuzz [-- --cases 100000] [--seed N] [--url URL] [--engine simd|ort]`: sends valid and invalid requests of every kind to
 * the service and compares each answer with its OpenAPI document. Without `--url` it starts the service in its own workerd. If an answer
 * is wrong, it prints the smallest request that shows this and exits with status 1.
 */
import { runCommand } from "./lib/command.ts";
import { Refusal } from "./lib/refusal.ts";

const help = `Sends valid and invalid requests of every kind, and compares each answer with the OpenAPI document.

  npm run fuzz [-- options]

  --cases N         number of requests (default 100000)
  --seed N          seed of the random choice; default: a new one each time
  --url URL         a running service; default: the command starts its own workerd
  --engine ENGINE   engine of that workerd: simd (default) or ort
  --help            print this

The exit status is 1 if an answer is wrong. The command then prints the smallest request with a wrong answer.
`;

const OPTIONS = {
  cases: { type: "string", default: "100000" },
  seed: { type: "string" },
  url: { type: "string" },
  engine: { type: "string", default: "simd" },
} as const;

await runCommand({ help, options: OPTIONS, allowPositionals: false }, async ({ values: args }) => {
  const cases = Number(args.cases);
  const seed = args.seed === undefined ? Date.now() % 2 ** 31 : Number(args.seed);
  if (!(Number.isInteger(cases) && Number.isInteger(seed) && (args.engine === "simd" || args.engine === "ort")))
    throw new Refusal("A number or the engine is none; see --help.");
  const { startService } = await import("./bench/service.ts"); // takes seconds, which --help does not need
  const { fuzz } = await import("./fuzz/fuzz.ts");

  const service = args.url ? undefined : await startService(args.engine);
  const url = service?.url ?? new URL(args.url as string);
  console.log(`${cases} cases from seed ${seed}, to ${url.origin}`);
  const started = performance.now();
  const wrong = await fuzz({
    url,
    cases,
    seed,
    report(done, statuses, slowestMs) {
      const counts = [...statuses].sort().map(([status, count]) => `${count} x ${status}`);
      const seconds = ((performance.now() - started) / 1_000).toFixed(0);
      console.log(`${done} cases in ${seconds} s: ${counts.join(", ")}; the slowest took ${slowestMs.toFixed(0)} ms`);
    },
  });
  await service?.close();
  console.log(wrong === undefined ? "All answers were right." : `An answer was wrong.\n${wrong}`);
  if (wrong !== undefined) process.exitCode = 1;
});
