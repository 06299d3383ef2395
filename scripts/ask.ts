/** Asks a running service about the examples of a task. */
import { setTimeout as sleep } from "node:timers/promises";
import { MAX_BATCH_TEXTS } from "../src/limits.ts";
import { readRetryAfter } from "../src/read-problem.ts";
import type { Classification, LabelScore, Tagging } from "../src/tasks/answers.ts";
import { type Answer, UNREAD } from "./metrics.ts";
import type { Example } from "./task_data.ts";

/** Two, so that the service is always busy but answers each request in time. */
const REQUESTS_IN_FLIGHT = 2;
const PROGRESS_MS = 1000;

export interface ServedModel {
  id: string;
  version: string;
  tasks: Record<string, { kind: string }>;
}

type Result = Classification | Tagging;

/** The model of the service at `url`. */
export async function servedModel(url: string): Promise<ServedModel> {
  const response = await fetch(`${url}/v1/models`);
  if (!response.ok) throw new Error(`${url}/v1/models: ${response.status} ${await response.text()}`);
  const { models } = (await response.json()) as { models: ServedModel[] };
  return models[0] as ServedModel;
}

/**
 * The service's labels for each example, as many as its gold labels; `UNREAD` for words after the last one that was read.
 *
 * @param task its full name, such as `sentiment` or `ner/wnut17`
 * @param windows whether texts longer than the encoder are read in windows
 */
export async function askLabels(
  url: string,
  task: string,
  examples: readonly Example[],
  windows: boolean,
): Promise<LabelScore[][]> {
  const [name, scheme] = task.split("/");
  const truncation = windows ? "window" : "truncate";
  const batchTexts = windows ? 1 : MAX_BATCH_TEXTS; // a long text may take half of the windows that a request may ask for
  const labels: LabelScore[][] = [];
  let [next, done, shown] = [0, 0, 0];

  async function askOn(): Promise<void> {
    while (next < examples.length) {
      const start = next;
      const batch = examples.slice(start, start + batchTexts);
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

/** The examples' gold labels with the service's labels, for a metric. */
export const answersOf = (examples: readonly Example[], given: readonly LabelScore[][]): Answer[] =>
  examples.map(({ gold }, index) => ({ gold, predicted: (given[index] as LabelScore[]).map(({ label }) => label) }));

function inputs(batch: readonly Example[]) {
  const given = batch.map(({ input }) => input);
  return given.every((input) => "text" in input) ? { texts: given.map(({ text }) => text) } : { batch: given };
}

function labelsOf(result: Result, gold: readonly string[]): LabelScore[] {
  if ("label" in result) return [{ label: result.label, score: result.score }];
  return gold.map((_, word) => {
    const { tag, score } = result.words[word] ?? { tag: UNREAD, score: 0 };
    return { label: tag, score };
  });
}

async function post(url: string, body: unknown): Promise<Result[]> {
  const response = await postPatiently(url, body);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  const { results } = (await response.json()) as { results: Result[] };
  return results;
}

/** The response to a JSON body. While the service is busy, which our own requests can make it, it is asked again when `Retry-After` says. */
export async function postPatiently(url: string, body: unknown): Promise<Response> {
  for (;;) {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const wait = readRetryAfter(response.headers);
    if (response.ok || wait === undefined) return response;
    await response.body?.cancel();
    await sleep(wait);
  }
}
