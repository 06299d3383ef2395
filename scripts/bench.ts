/**
 * `npm run bench`: how fast the Worker is, everything side by side in one run, each figure with its ratio to another of the run.
 * Times of different runs, and of a machine that does something else meanwhile, are not to be compared; ratios are.
 */
import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { base } from "./bench/base.ts";
import { cached } from "./bench/cached.ts";
import { cold } from "./bench/cold.ts";
import { cpu } from "./bench/cpu.ts";
import { growth } from "./bench/growth.ts";
import { latency } from "./bench/latency.ts";
import { peers } from "./bench/peers.ts";
import { formatRows, type Report } from "./bench/row.ts";
import type { Part } from "./bench/settings.ts";
import { tokenizer } from "./bench/tokenizer.ts";

const PARTS: Record<string, Part> = { latency, peers, tokenizer, cold, cached, growth, cpu, base };

const USAGE = `npm run bench -- [options]
  --only PART       one of ${Object.keys(PARTS).join(", ")}; may be given several times
  --quick           a few rounds each: to see that it works, not to quote
  --json FILE       write the figures as JSON too
  --stock FILE      the usual export to compare with, as scripts/training/export_stock.py writes it
  --python FILE     an interpreter with scripts/bench/peers/requirements.txt, for what is compared with Python
  --tweets FILE     texts for the tokenizer, one a line; default: those of its tests
  --base-bundle DIR a full-size model for part base, as convert.py writes it with --task sentiment
  --plots DIR       write what part growth draws`;

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: Object.keys(PARTS) },
    quick: { type: "boolean", default: false },
    json: { type: "string" },
    stock: { type: "string" },
    python: { type: "string" },
    tweets: { type: "string" },
    "base-bundle": { type: "string" },
    plots: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
const unknown = values.only.find((name) => !Object.hasOwn(PARTS, name));
if (values.help || unknown) {
  console.log(unknown ? `There is no part ${unknown}.\n${USAGE}` : USAGE);
  process.exit(unknown ? 2 : 0);
}

const { quick, stock, python, tweets, plots, "base-bundle": baseBundle } = values;
const machine = { processor: cpus()[0]?.model ?? "unknown", cores: cpus().length, node: process.version };
console.log(`${machine.processor}, ${machine.cores} cores, Node ${machine.node}${quick ? ", quick" : ""}`);
const parts: Record<string, Report> = {};
for (const name of values.only) {
  const report = await (PARTS[name] as Part)({ quick, stock, python, tweets, baseBundle, plots });
  parts[name] = report;
  console.log(`\n## ${name}\n\n${formatRows(report.rows)}`);
  for (const note of report.notes) console.log(`\n${note}`);
}
if (values.json) await writeFile(values.json, `${JSON.stringify({ machine, quick, parts }, null, 2)}\n`);
