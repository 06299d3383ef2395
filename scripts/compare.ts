/**
 * `npm run compare -- --url URL --data DIR --checkpoint finetuned.pt --tokenizer DIR`: one checkpoint in two frameworks, PyTorch in
 * fp32 (predict.py) and the running Worker in int8, on the same texts of every task: each one's metric, what int8 costs in
 * points, and how many labels (tags of words) are the same.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { askLabels, servedModel } from "./ask.ts";
import { findMetric, measure, UNREAD } from "./metrics.ts";
import { TEST_SET_HELP, TEST_SET_OPTIONS, type TestSet, testSets } from "./test_sets.ts";

const { values: args } = parseArgs({
  options: {
    ...TEST_SET_OPTIONS,
    checkpoint: { type: "string" },
    tokenizer: { type: "string" },
    python: { type: "string", default: "python3" },
    help: { type: "boolean" },
  },
});
const { data, checkpoint, tokenizer } = args;
if (args.help || !data || !checkpoint || !tokenizer) {
  console.log(`npm run compare -- --data DIR --checkpoint finetuned.pt --tokenizer DIR [options]${TEST_SET_HELP}
  --checkpoint FILE finetuned.pt, as finetune.py wrote it
  --tokenizer DIR   folder with vocab.txt and bpe.codes
  --python FILE     a Python with requirements.txt installed (default python3)`);
  process.exit(args.help ? 0 : 1);
}

const script = join(import.meta.dirname, "predict.py");
const pytorch = spawn(args.python, [script, "--checkpoint", checkpoint, "--tokenizer", tokenizer], {
  stdio: ["pipe", "pipe", "inherit"],
});
const answers = createInterface(pytorch.stdout)[Symbol.asyncIterator]();

/** As `askLabels`, from PyTorch. */
async function pytorchLabels({ task, windows, examples }: TestSet): Promise<string[][]> {
  pytorch.stdin.write(`${JSON.stringify({ task, windows, inputs: examples.map(({ input }) => input) })}\n`);
  const { value: line } = await answers.next();
  if (line === undefined) throw new Error(`${script} ended before it answered.`);
  const labels = JSON.parse(line) as string[][];
  return examples.map(({ gold }, index) => gold.map((_, word) => labels[index]?.[word] ?? UNREAD));
}

const model = await servedModel(args.url);
console.log(`${model.id} ${model.version.slice(0, 12)}, ${args.split}\n`);
console.log("| task | metric | n | PyTorch fp32 | Worker int8 | points | same labels |\n|---|---|---|---|---|---|---|");
for await (const set of testSets({ ...args, data }, model)) {
  const { task, metric, windows, examples } = set;
  const [fp32, int8] = await Promise.all([pytorchLabels(set), askLabels(args.url, task, examples, windows)]);
  const [before, after] = [fp32, int8].map((labels) => {
    const pairs = examples.map(({ gold }, index) => ({ gold, predicted: labels[index] as string[] }));
    return measure(findMetric(metric)(pairs));
  }) as [number, number];
  const [left, right] = [fp32.flat(), int8.flat()];
  const same = left.filter((label, index) => label === right[index]).length / left.length;
  const points = (100 * (after - before)).toFixed(2);
  console.log(
    `| ${task} | ${metric} | ${examples.length} | ${before.toFixed(4)} | ${after.toFixed(4)} | ${points} | ${(100 * same).toFixed(1)} % |`,
  );
}
pytorch.stdin.end();
