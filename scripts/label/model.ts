import { on } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { Refusal } from "../lib/refusal.ts";
import type { Answer, Labeller } from "./row.ts";

/** What a thread is told when it starts. */
export interface ModelWork {
  /** The folder of a bundle, or its URL. */
  bundle: string;
  tasks: readonly string[];
  /** Shows whether the model has the tasks. */
  firstText: string;
}

/** Beside this file, as source or as built. */
const WORKER = join(import.meta.dirname, import.meta.filename.endsWith(".ts") ? "model_worker.ts" : "label-worker.js");

/**
 * A labeller with models in this process, one a thread. The answers have the bytes of a service that runs the same bundle with `simd`.
 *
 * @throws Refusal when the bundle can't be loaded or has not the tasks: nothing is begun then
 */
export async function modelLabeller(bundle: string, tasks: readonly string[], threads: number) {
  if (!existsSync(fileURLToPath(import.meta.resolve("bertweet-edge/model"))))
    throw new Refusal("Build the package first, whose model this is: npm run build");
  const workerData: ModelWork = { bundle, tasks, firstText: "hello" };
  const workers = Array.from({ length: threads }, () => {
    const worker = new Worker(WORKER, { workerData });
    return { worker, answers: on(worker, "message") as AsyncIterableIterator<[Answer]> };
  });
  const close = async () => {
    for (const { worker } of workers) await worker.terminate();
  };
  for (const { answers } of workers) {
    const first = await nextOf(answers);
    if (!("problem" in first)) continue;
    await close();
    throw new Refusal(`${bundle}: ${first.problem}`);
  }
  /** Each thread has every so manieth text, and answers in order. */
  const label: Labeller = async function* (texts) {
    const workerOf = (index: number) => workers[index % threads] as (typeof workers)[number];
    for (const [index, text] of texts.entries()) workerOf(index).worker.postMessage(text);
    for (const index of texts.keys()) yield nextOf(workerOf(index).answers);
  };
  return { label, close };
}

/** @throws whatever ended the thread */
async function nextOf(answers: AsyncIterableIterator<[Answer]>): Promise<Answer> {
  const { value } = await answers.next();
  const [answer] = value as [Answer];
  return answer;
}
