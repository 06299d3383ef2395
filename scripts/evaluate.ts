/**
 * `npm run evaluate -- --url URL --data DIR`: posts a split of every task in tasks.json to a running service and prints a table
 * of each task's metric, the number of texts and a 95 % bootstrap interval over texts.
 * The JSON, `{task: {metric: figure}}`, is what export.py puts into the manifest.
 */
import { writeFile } from "node:fs/promises";
import { answersOf, askLabels, servedModel } from "./ask.ts";
import { runCommand } from "./lib/command.ts";
import { Refusal } from "./lib/refusal.ts";
import { bootstrapInterval, findMetric, measure } from "./metrics.ts";
import { TEST_SET_HELP, TEST_SET_OPTIONS, testSets } from "./test_sets.ts";

const help = `Posts a split of every task to a running service, and prints each task's metric.

  npm run evaluate -- --data DIR [options]
${TEST_SET_HELP}
  --json FILE       write the figures as {task: {metric: figure}} too
  --help            print this
`;

const options = { ...TEST_SET_OPTIONS, json: { type: "string" } } as const;

await runCommand({ help, options, allowPositionals: false }, async ({ values: args }) => {
  const { data } = args;
  if (!data) throw new Refusal("Say with --data where the tasks' folders are; see --help.");
  const model = await servedModel(args.url);
  console.log(`${model.id} ${model.version.slice(0, 12)}, ${args.split}\n`);
  console.log("| task | metric | n | figure | 95 % |\n|---|---|---|---|---|");
  const figures: Record<string, Record<string, number>> = {};
  for await (const { task, metric, windows, examples } of testSets({ ...args, data }, model)) {
    const labels = await askLabels(args.url, task, examples, windows);
    const tally = findMetric(metric)(answersOf(examples, labels));
    const figure = measure(tally).toFixed(4);
    const [low, high] = bootstrapInterval(tally);
    figures[task] = { [metric]: Number(figure) };
    console.log(`| ${task} | ${metric} | ${examples.length} | ${figure} | ${low.toFixed(3)} to ${high.toFixed(3)} |`);
  }
  if (args.json) await writeFile(args.json, `${JSON.stringify(figures, null, 2)}\n`);
});
