/**
 * `npm run bench`: how fast the Worker is, everything side by side in one run, each figure with its ratio to another of the run.
 * Times of different runs, and of a machine that does something else meanwhile, are not to be compared; ratios are.
 */
import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { formatRows, type Report } from "./bench/row.ts";
import type { Part } from "./bench/settings.ts";
import { runCommand } from "./lib/command.ts";
import { Refusal } from "./lib/refusal.ts";

/** Each part is imported when it runs: that takes seconds, which --help does not need. */
const PARTS: Record<string, () => Promise<Part>> = {
  latency: async () => (await import("./bench/latency.ts")).latency,
  exits: async () => (await import("./bench/exits.ts")).exits,
  engine: async () => (await import("./bench/engine.ts")).engine,
  peers: async () => (await import("./bench/peers.ts")).peers,
  tokenizer: async () => (await import("./bench/tokenizer.ts")).tokenizer,
  cold: async () => (await import("./bench/cold.ts")).cold,
  cached: async () => (await import("./bench/cached.ts")).cached,
  stream: async () => (await import("./bench/stream.ts")).stream,
  growth: async () => (await import("./bench/growth.ts")).growth,
  cpu: async () => (await import("./bench/cpu.ts")).cpu,
  jobs: async () => (await import("./bench/jobs.ts")).jobs,
  serve: async () => (await import("./bench/serve.ts")).serve,
  base: async () => (await import("./bench/base.ts")).base,
};

const help = `Measures the speed of the Worker and compares it with others in one run.

  npm run bench [-- options]

  --only PART       one of ${Object.keys(PARTS).join(", ")}; may be given several times
  --quick           only a few rounds: a test of the bench, not for real figures
  --json FILE       write the figures as JSON too
  --stock FILE      the usual export to compare with; scripts/training/export_stock.py writes it
  --python FILE     an interpreter with scripts/bench/peers/requirements.txt, for the comparisons with Python
  --tweets FILE     texts for parts tokenizer and exits: one a line, or JSON lines with a text; default: those of the tokenizer's tests
  --base-bundle DIR a full-size model for part base; convert.py writes it with --task sentiment
  --plots DIR       write the plots of part growth
  --help            print this
`;

const options = {
  only: { type: "string", multiple: true, default: Object.keys(PARTS) },
  quick: { type: "boolean", default: false },
  json: { type: "string" },
  stock: { type: "string" },
  python: { type: "string" },
  tweets: { type: "string" },
  "base-bundle": { type: "string" },
  plots: { type: "string" },
} as const;

await runCommand({ help, options, allowPositionals: false }, async ({ values }) => {
  const unknown = values.only.find((name) => !Object.hasOwn(PARTS, name));
  if (unknown) throw new Refusal(`There is no part ${unknown}; see --help.`);
  const { quick, stock, python, tweets, plots, "base-bundle": baseBundle } = values;
  const machine = { processor: cpus()[0]?.model ?? "unknown", cores: cpus().length, node: process.version };
  console.log(`${machine.processor}, ${machine.cores} cores, Node ${machine.node}${quick ? ", quick" : ""}`);
  const parts: Record<string, Report> = {};
  for (const name of values.only) {
    const run = await (PARTS[name] as () => Promise<Part>)();
    const report = await run({ quick, stock, python, tweets, baseBundle, plots });
    parts[name] = report;
    console.log(`\n## ${name}\n\n${formatRows(report.rows)}`);
    for (const note of report.notes) console.log(`\n${note}`);
  }
  if (values.json) await writeFile(values.json, `${JSON.stringify({ machine, quick, parts }, null, 2)}\n`);
});
