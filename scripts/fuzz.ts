/**
 * `npm run fuzz [-- --cases 100000] [--seed N] [--url URL] [--engine simd|ort]`: sends requests of every kind, right and wrong ones, to
 * the service and holds each answer against its OpenAPI document. Without `--url` it starts the service in a workerd of its own. Exit
 * status 1 when an answer is wrong; the smallest request that shows it is printed.
 */
import { runCommand } from "./lib/command.ts";
import { Refusal } from "./lib/refusal.ts";

const help = `Sends requests of every kind, right and wrong ones, and holds each answer against the OpenAPI document.

  npm run fuzz [-- options]

  --cases N         how many requests (default 100000)
  --seed N          of the random choice; default: another one each time
  --url URL         a running service; default: one in a workerd of its own
  --engine ENGINE   simd (default) or ort, of that one
  --help            print this

Exit status 1 when an answer is wrong. The smallest request that shows it is printed.
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
