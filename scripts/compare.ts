/**
 * `npm run compare -- --url URL --data DIR --checkpoint finetuned.pt --tokenizer DIR`: one checkpoint in two frameworks, PyTorch in
 * fp32 (predict.py) and the running Worker in int8, on the same texts of every task: each one's metric, what int8 costs in
 * points, how many labels (tags of words) are the same, and how far the scores of the Worker's labels are from PyTorch's.
 * With `--other URL` a second Worker stands beside the first, for another engine.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { LabelScore } from "../src/tasks/answers.ts";
import { answersOf, askLabels, servedModel } from "./ask.ts";
import { runCommand } from "./lib/command.ts";
import { Refusal } from "./lib/refusal.ts";
import { findMetric, measure, UNREAD } from "./metrics.ts";
import { TEST_SET_HELP, TEST_SET_OPTIONS, type TestSet, testSets } from "./test_sets.ts";

const help = `Compares one checkpoint in two frameworks: PyTorch in fp32, and the running Worker in int8.

  npm run compare -- --data DIR --checkpoint finetuned.pt --tokenizer DIR [options]
${TEST_SET_HELP}
  --other URL       of a second service, for another engine
  --checkpoint FILE a finetuned.pt from finetune.py
  --tokenizer DIR   folder with vocab.txt and bpe.codes
  --python FILE     a Python with requirements.txt installed (default python3)
  --help            print this
`;

const options = {
  ...TEST_SET_OPTIONS,
  other: { type: "string" },
  checkpoint: { type: "string" },
  tokenizer: { type: "string" },
  python: { type: "string", default: "python3" },
} as const;

const script = join(import.meta.dirname, "training/predict.py");

interface Prediction {
  label: string;
  probabilities: Record<string, number>;
}

/** predict.py, which answers as `askLabels` does, with every label's probability. */
function startPytorch(python: string, checkpoint: string, tokenizer: string) {
  const pytorch = spawn(python, [script, "--checkpoint", checkpoint, "--tokenizer", tokenizer], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface(pytorch.stdout)[Symbol.asyncIterator]();
  return {
    async ask({ task, windows, examples }: TestSet): Promise<Prediction[][]> {
      pytorch.stdin.write(`${JSON.stringify({ task, windows, inputs: examples.map(({ input }) => input) })}\n`);
      const { value: line } = await lines.next();
      if (line === undefined) throw new Error(`${script} ended before it answered.`);
      const read = JSON.parse(line) as Prediction[][];
      return examples.map(({ gold }, index) =>
        gold.map((_, word) => read[index]?.[word] ?? { label: UNREAD, probabilities: {} }),
      );
    },
    end: () => pytorch.stdin.end(),
  };
}

/** The columns of one Worker, `before` being PyTorch's figure. */
function columns({ metric, examples }: TestSet, before: number, fp32: Prediction[][], int8: LabelScore[][]): string {
  const after = measure(findMetric(metric)(answersOf(examples, int8)));
  const wanted = fp32.flat();
  const pairs = int8.flat().map((label, index) => [label, wanted[index] as Prediction] as const);
  const same = pairs.filter(([given, { label }]) => given.label === label).length / pairs.length;
  const apart = pairs.map(([{ label, score }, { probabilities }]) => Math.abs(score - (probabilities[label] ?? 0)));
  const rms = Math.sqrt(apart.reduce((sum, value) => sum + value * value, 0) / apart.length);
  const largest = apart.reduce((most, value) => Math.max(most, value), 0);
  const points = (100 * (after - before)).toFixed(2);
  return `${after.toFixed(4)} | ${points} | ${(100 * same).toFixed(1)} % | ${rms.toFixed(4)} | ${largest.toFixed(3)} |`;
}

await runCommand({ help, options, allowPositionals: false }, async ({ values: args }) => {
  const { data, checkpoint, tokenizer } = args;
  if (!data || !checkpoint || !tokenizer) throw new Refusal("Needs --data, --checkpoint and --tokenizer; see --help.");
  const pytorch = startPytorch(args.python, checkpoint, tokenizer);
  const urls = [args.url, ...(args.other ? [args.other] : [])];
  const model = await servedModel(args.url);
  console.log(`${model.id} ${model.version.slice(0, 12)}, ${args.split}\n`);
  const head = urls.map((url) => `${url} int8 | points | same labels | scores apart, RMS | largest |`).join(" ");
  console.log(`| task | metric | n | PyTorch fp32 | ${head}\n|${"---|".repeat(4 + 5 * urls.length)}`);
  for await (const set of testSets({ ...args, data }, model)) {
    const { task, metric, windows, examples } = set;
    const [fp32, ...workers] = await Promise.all([
      pytorch.ask(set),
      ...urls.map((url) => askLabels(url, task, examples, windows)),
    ]);
    const scored = fp32.map((words) =>
      words.map(({ label, probabilities }) => ({ label, score: probabilities[label] ?? 0 })),
    );
    const before = measure(findMetric(metric)(answersOf(examples, scored)));
    const cells = workers.map((int8) => columns(set, before, fp32, int8)).join(" ");
    console.log(`| ${task} | ${metric} | ${examples.length} | ${before.toFixed(4)} | ${cells}`);
  }
  pytorch.end();
});
