/** What a running service answers to the examples of a task. */
import { MAX_BATCH_TEXTS } from "../src/limits.ts";
import { type Answer, UNREAD } from "./metrics.ts";
import type { Example } from "./task_data.ts";

/** Enough that the service never waits for us, few enough that it answers each request in time. */
const REQUESTS_IN_FLIGHT = 2;
const PROGRESS_MS = 1000;

export interface ServedModel {
  id: string;
  version: string;
  tasks: Record<string, { kind: string }>;
}

/** A text's label or a word's tag, with its probability. */
export interface Label {
  label: string;
  score: number;
}

type Result = Label | { words: { tag: string; score: number }[] };

/** The model that the service at `url` answers with. */
export async function servedModel(url: string): Promise<ServedModel> {
  const response = await fetch(`${url}/v1/models`);
  if (!response.ok) throw new Error(`${url}/v1/models: ${response.status} ${await response.text()}`);
  const { models } = (await response.json()) as { models: ServedModel[] };
  return models[0] as ServedModel;
}

/**
 * The labels that the service gives each example, as many as its gold; `UNREAD` for words behind the last that was read.
 *
 * @param task its full name, such as `sentiment` or `ner/wnut17`
 * @param windows whether texts longer than the encoder are read in windows
 */
export async function askLabels(
  url: string,
  task: string,
  examples: readonly Example[],
  windows: boolean,
): Promise<Label[][]> {
  const [name, scheme] = task.split("/");
  const truncation = windows ? "window" : "truncate";
  const labels: Label[][] = [];
  let [next, done, shown] = [0, 0, 0];

  async function askOn(): Promise<void> {
    while (next < examples.length) {
      const start = next;
      const batch = examples.slice(start, start + MAX_BATCH_TEXTS);
      next += batch.length;
      const results = await post(`${url}/v1/${name}`, { ...inputs(batch), scheme, truncation });
      for (const [index, { gold }] of batch.entries()) labels[start + index] = labelsOf(results[index] as Result, gold);
      done += batch.length;
      if (Date.now() - shown > PROGRESS_MS || done === examples.length) {
        process.stderr.write(`\r${task} ${done} of ${examples.length}${done === examples.length ? "\n" : ""}`);
        shown = Date.now();
      }
    }
  }
  await Promise.all(Array.from({ length: REQUESTS_IN_FLIGHT }, askOn));
  return labels;
}

/** The examples' gold labels beside those that were given, for a metric. */
export const answersOf = (examples: readonly Example[], given: readonly Label[][]): Answer[] =>
  examples.map(({ gold }, index) => ({ gold, predicted: (given[index] as Label[]).map(({ label }) => label) }));

function inputs(batch: readonly Example[]) {
  const given = batch.map(({ input }) => input);
  return given.every((input) => "text" in input) ? { texts: given.map(({ text }) => text) } : { batch: given };
}

function labelsOf(result: Result, gold: readonly string[]): Label[] {
  if ("label" in result) return [{ label: result.label, score: result.score }];
  return gold.map((_, word) => {
    const { tag, score } = result.words[word] ?? { tag: UNREAD, score: 0 };
    return { label: tag, score };
  });
}

async function post(url: string, body: unknown): Promise<Result[]> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  const { results } = (await response.json()) as { results: Result[] };
  return results;
}
