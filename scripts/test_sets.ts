/** The choice of tasks and examples for evaluate.ts and compare.ts, by the options that both have. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ServedModel } from "./ask.ts";
import { sample } from "./random.ts";
import { type Example, readSplit } from "./task_data.ts";

/** For `parseArgs`. */
export const TEST_SET_OPTIONS = {
  data: { type: "string" },
  url: { type: "string", default: "http://127.0.0.1:8787" },
  split: { type: "string", default: "test" },
  task: { type: "string", multiple: true },
  limit: { type: "string", default: "Infinity" },
  seed: { type: "string", default: "1" },
  tasks: { type: "string", default: join(import.meta.dirname, "training/tasks.json") },
} as const;

export const TEST_SET_HELP = `
  --data DIR        folder with one folder for each task
  --url URL         the running service (default http://127.0.0.1:8787)
  --split NAME      test (default) or dev
  --task NAME       only this task; may be given several times
  --limit N         only N texts of each task, a random sample
  --seed N          seed of that sample (default 1)
  --tasks FILE      names, folders and metrics (default scripts/training/tasks.json)`;

interface Choice {
  data: string;
  split: string;
  task?: string[] | undefined;
  limit: string;
  seed: string;
  tasks: string;
}

/** A task's entry in tasks.json; the keys that only training reads are left out. */
interface TaskEntry {
  folder: string;
  metric: string;
  windows?: boolean;
}

export interface TestSet {
  task: string;
  metric: string;
  /** Whether texts longer than the encoder are read in windows. */
  windows: boolean;
  examples: readonly Example[];
}

/**
 * The chosen tasks' examples, one task after another.
 *
 * @throws Error, before the first, when tasks.json or the service lacks a task or a number is none
 */
export async function* testSets(choice: Choice, model: ServedModel): AsyncGenerator<TestSet> {
  const [limit, seed] = [Number(choice.limit), Number(choice.seed)];
  if (!(limit > 0) || !Number.isInteger(seed)) throw new Error("--limit and --seed are whole numbers.");
  const entries = JSON.parse(await readFile(choice.tasks, "utf8")) as Record<string, TaskEntry>;
  const chosen = (choice.task ?? Object.keys(entries)).map((task) => {
    const entry = entries[task];
    if (!entry || !model.tasks[task]) throw new Error(`${entry ? "The service" : choice.tasks} has no task "${task}".`);
    return { task, ...entry };
  });
  for (const { task, folder, metric, windows = false } of chosen) {
    const rows = await readSplit(join(choice.data, folder), choice.split);
    yield { task, metric, windows, examples: sample(rows, limit, seed) };
  }
}
