/**
 * `npm run explanations -- --data DIR [--url URL] [--task sentiment]`: checks explanations against the model. From each text it deletes the
 * words that speak most for the label, then as many random words, then the words that speak least for it. It counts how often the label
 * changes ("deletion" of DeYoung et al. 2020, ERASER). With good explanations this is most often in the first case and least in the last.
 */
import { askLabels, postPatiently, servedModel } from "./ask.ts";
import { runCommand } from "./lib/command.ts";
import { Refusal } from "./lib/refusal.ts";
import { seededRandom } from "./random.ts";
import { TEST_SET_HELP, TEST_SET_OPTIONS, testSets } from "./test_sets.ts";

const help = `Checks explanations: how often a label changes without the strongest, random and weakest words.

  npm run explanations -- --data DIR [options]
${TEST_SET_HELP}
  --help            print this

Defaults: --task sentiment, --limit 400. Texts of fewer than 6 or more than 64 words are left out.
`;

const DELETED = [1, 2, 3];
const LEAST_WORDS = 6;

interface Explanation {
  label: string;
  words: { start: number; end: number; effect: number }[];
}

type Span = Pick<Explanation["words"][number], "start" | "end">;

/** @returns undefined for a text that has too many words */
async function askExplanation(url: string, task: string, text: string): Promise<Explanation | undefined> {
  const response = await postPatiently(`${url}/v1/${task}/explain`, { text });
  if (response.ok) return (await response.json()) as Explanation;
  const problem = (await response.json()) as { type: string };
  if (problem.type === "/problems/too-many-words") return undefined;
  throw new Error(`${url}: ${response.status} ${problem.type}`);
}

function without(text: string, words: readonly Span[]): string {
  let [rest, from] = ["", 0];
  for (const { start, end } of words.toSorted((a, b) => a.start - b.start)) {
    rest += text.slice(from, start);
    from = end;
  }
  return rest + text.slice(from);
}

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  return list
    .map((each) => ({ each, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ each }) => each);
}

await runCommand({ help, options: TEST_SET_OPTIONS, allowPositionals: false }, async ({ values: args }) => {
  const { data, url } = args;
  if (!data) throw new Refusal("Say with --data where the tasks' folders are; see --help.");
  const choice = {
    ...args,
    data,
    task: args.task ?? ["sentiment"],
    limit: args.limit === "Infinity" ? "400" : args.limit,
  };
  const random = seededRandom(Number(args.seed));
  const model = await servedModel(url);
  console.log(`${model.id} ${model.version.slice(0, 12)}, ${args.split}\n`);
  console.log("| task | n | words deleted | strongest | random | weakest |\n|---|---|---|---|---|---|");
  for await (const { task, examples } of testSets(choice, model)) {
    const explained: { text: string; label: string; orders: Span[][] }[] = [];
    for (const { input } of examples) {
      if (!("text" in input)) throw new Refusal(`${task} is no classification task.`);
      const explanation = await askExplanation(url, task, input.text);
      if (!explanation || explanation.words.length < LEAST_WORDS) continue;
      const { label, words } = explanation;
      const strongest = words.toSorted((a, b) => b.effect - a.effect);
      explained.push({ text: input.text, label, orders: [strongest, shuffled(words, random), strongest.toReversed()] });
    }
    for (const count of DELETED) {
      const shares: string[] = [];
      for (const order of [0, 1, 2]) {
        const inputs = explained.map(({ text, orders }) => ({
          input: { text: without(text, orders[order]?.slice(0, count) ?? []) },
          gold: [""],
        }));
        const labels = await askLabels(url, task, inputs, false);
        const changed = explained.filter(({ label }, index) => labels[index]?.[0]?.label !== label).length;
        shares.push(`${((100 * changed) / explained.length).toFixed(1)} %`);
      }
      console.log(`| ${task} | ${explained.length} | ${count} | ${shares.join(" | ")} |`);
    }
  }
});
