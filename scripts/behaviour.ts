/**
 * `npm run behaviour -- --data DIR --out FILE`: asks a running service about the test sets and about this project's own sentences, and
 * writes the page on the model's behaviour: figures, calibration, classes, entity types, changed texts, a functional test of hate
 * and offence, other languages, known failures.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { answersOf, askLabels, servedModel } from "./ask.ts";
import { readFailures, readHateCases, readLanguages } from "./behaviour/cases.ts";
import { measureChanges, measureFailures, measureHate, measureLanguages, measureTask } from "./behaviour/measure.ts";
import { type Behaviour, writePage } from "./behaviour/page.ts";
import { runCommand } from "./lib/command.ts";
import { Refusal } from "./lib/refusal.ts";
import { sample } from "./random.ts";
import { type TestSet, testSets } from "./test_sets.ts";

const help = `Asks a running service about the test sets and about this project's own sentences, and writes a page on how the model behaves.

  npm start                                     in another terminal
  npm run behaviour -- --data DIR --out FILE [options]

  --data DIR        folder with one folder for each task of scripts/training/tasks.json
  --out FILE        the page, in Markdown; docs/model-behaviour.md is the published model's
  --url URL         the running service (default http://127.0.0.1:8787)
  --limit N         only N texts of each set, a random sample (default: all, but 2,000 of tasks with long texts)
  --help            print this
`;

const options = {
  data: { type: "string" },
  out: { type: "string" },
  url: { type: "string", default: "http://127.0.0.1:8787" },
  limit: { type: "string", default: "Infinity" },
} as const;

/** Long texts take several passes each. */
const MAX_LONG_TEXTS = 2000;
const MAX_CHANGED_TEXTS = 1000;
/** Tasks whose texts are changed. */
const CHANGED = ["sentiment", "irony", "emotion", "hate", "offensive", "pos/tweebank", "ner/wnut17"];

await runCommand({ help, options, allowPositionals: false }, async ({ values: { data, out, url, limit } }) => {
  if (!data || !out)
    throw new Refusal("Say with --data where the tasks' folders are, and with --out where the page goes; see --help.");
  const model = await servedModel(url);
  const tasks = join(import.meta.dirname, "training/tasks.json");

  /** The sets of a split, or of some of its tasks, with at most `most` texts each. */
  async function read(split: string, most: number, task?: string[]): Promise<TestSet[]> {
    const read: TestSet[] = [];
    const atMost = (count: number) => String(Math.min(Number(limit), count));
    for await (const set of testSets(
      { data: data as string, split, task, tasks, limit: atMost(most), seed: "1" },
      model,
    ))
      read.push(set);
    return read.map((set) => (set.windows ? { ...set, examples: sample(set.examples, MAX_LONG_TEXTS, 1) } : set));
  }
  const measureAll = async (sets: TestSet[]) => {
    const measured = [];
    for (const set of sets) measured.push(await measureTask(url, set, model));
    return measured;
  };

  // What is quick comes first, so that a mistake shows early.
  const failures = await measureFailures(url, await readFailures());
  const languages = await measureLanguages(url, await readLanguages());
  const hate = await measureHate(url, await readHateCases());
  const changes = [];
  for (const set of await read("test", MAX_CHANGED_TEXTS, CHANGED)) changes.push(...(await measureChanges(url, set)));
  const test = await read("test", Number.POSITIVE_INFINITY);
  const crossed: Behaviour["crossed"] = [];
  const named = test.filter(({ metric }) => metric === "entity_f1");
  for (const { task: set, examples } of named)
    for (const { task: scheme } of named)
      crossed.push({ scheme, set, answers: answersOf(examples, await askLabels(url, scheme, examples, false)) });
  const page = { model, limit: Number(limit), failures, languages, hate, changes, crossed };
  const dev = await measureAll(await read("dev", Number.POSITIVE_INFINITY));
  await writeFile(out, writePage({ ...page, dev, test: await measureAll(test) }));
});
