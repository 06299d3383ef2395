/** `npm run simulate`: how long a job takes on Cloudflare and what it costs, as a simulation. docs/jobs.md explains it. */
import { DOLLARS_PER_MILLION_CPU_MS, DOLLARS_PER_MILLION_REQUESTS } from "./bench/prices.ts";
import { CPU_MS_PER_TOKEN } from "./jobs/cost.ts";
import { type Outcome, simulate } from "./jobs/simulate.ts";
import { ASSUMED, MAX_CONSUMERS, WITHOUT, worldOf } from "./jobs/worlds.ts";
import { duration } from "./label/pace.ts";
import { runCommand } from "./lib/command.ts";
import { Refusal } from "./lib/refusal.ts";
import { seededRandom } from "./random.ts";

const help = `Simulates jobs on Cloudflare: duration, price, and what becomes the limit first.

  npm run simulate [-- --consumers N]

  --consumers N     calls of consumers at once (default ${MAX_CONSUMERS}, the most that Queues allow)
  --help            print this
`;

const options = { consumers: { type: "string", default: String(MAX_CONSUMERS) } } as const;

const LINES = [1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
const ROUNDS = 5;

/** List prices beyond what the paid plan includes: https://developers.cloudflare.com/queues/platform/pricing/ and /r2/pricing/. */
const DOLLARS_PER_MILLION_QUEUE_OPERATIONS = 0.4;
const DOLLARS_PER_MILLION_WRITES = 4.5;
const DOLLARS_PER_MILLION_READS = 0.36;
/** A message is written, read and deleted. */
const OPERATIONS_PER_MESSAGE = 3;

const cpuDollars = ({ cpuSeconds }: Outcome) => (cpuSeconds / 1_000) * DOLLARS_PER_MILLION_CPU_MS;

function dollars(outcome: Outcome): number {
  const { calls, writes, reads } = outcome;
  const perMillion =
    calls * (DOLLARS_PER_MILLION_REQUESTS + OPERATIONS_PER_MESSAGE * DOLLARS_PER_MILLION_QUEUE_OPERATIONS) +
    writes * DOLLARS_PER_MILLION_WRITES +
    reads * DOLLARS_PER_MILLION_READS;
  return cpuDollars(outcome) + perMillion / 1e6;
}

const price = (amount: number) => amount.toFixed(amount < 0.1 ? 4 : 2);
const table = (rows: readonly (readonly string[])[]) => {
  const [head = [], ...lines] = rows;
  return [head, head.map(() => "---"), ...lines].map((row) => `| ${row.join(" | ")} |`).join("\n");
};

await runCommand({ help, options, allowPositionals: false }, async ({ values }) => {
  const consumers = Number(values.consumers);
  if (!Number.isInteger(consumers) || consumers < 1)
    throw new Refusal("--consumers needs a whole number of at least 1.");
  const ran = (lines: number, change: (world: ReturnType<typeof worldOf>) => ReturnType<typeof worldOf>) => {
    const outcomes = Array.from({ length: ROUNDS }, (_, seed) =>
      simulate(change(worldOf(lines, consumers)), seededRandom(seed + 1)),
    );
    return outcomes.toSorted((a, b) => a.seconds - b.seconds)[ROUNDS >> 1] as Outcome;
  };
  const usual = new Map(LINES.map((lines) => [lines, ran(lines, (world) => world)]));
  console.log(
    `${consumers} consumers, ${ASSUMED.tokensPerLine} tokens and ${ASSUMED.lineBytes} bytes a line, ${CPU_MS_PER_TOKEN} ms of CPU a token; medians of ${ROUNDS} runs\n`,
  );
  const head = ["lines", "chunks", "calls", "failed", "duration", "without the last 1 %", "consumers busy"];
  const rows = [...usual].map(([lines, each]) => {
    const { chunks, calls, failed, seconds, almostAll, used, cpuSeconds } = each;
    const counts = [lines, chunks, calls, failed].map((count) => count.toLocaleString("en"));
    const busy = `${(100 * used).toFixed(0)} %`;
    const money = [(cpuSeconds / 3_600).toFixed(2), price(cpuDollars(each)), price(dollars(each))];
    return [...counts, duration(seconds), duration(almostAll), busy, ...money];
  });
  console.log(table([[...head, "CPU hours", "US$ of CPU", "US$ with Queues and R2"], ...rows]));
  console.log("\nThe duration, as a part of the usual one, if one thing were otherwise:\n");
  const parts = [...usual].map(([lines, { seconds }]) => [
    lines.toLocaleString("en"),
    ...Object.values(WITHOUT).map((change) => (ran(lines, change).seconds / seconds).toFixed(2)),
  ]);
  console.log(table([["lines", ...Object.keys(WITHOUT)], ...parts]));
});
