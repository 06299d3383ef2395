import { on } from "node:events";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { BundleError, loadModel, type Model, problemOf } from "bertweet-edge/model";
import type { ModelWork } from "./model.ts";
import { problemIn } from "./problem.ts";
import type { Answer } from "./row.ts";

/*
 * A thread with a model of its own. It says once how its first text is answered, or why it has no model, and then answers each text that it gets.
 */

const { bundle, tasks, firstText } = workerData as ModelWork;

async function answer(model: Model, text: string): Promise<Answer> {
  try {
    const { results, model: answering } = await model.analyze(text, { tasks });
    return { results, version: answering.version };
  } catch (error) {
    const problem = problemOf(error);
    if (!problem) throw error;
    return { problem: problemIn(problem) };
  }
}

const port = parentPort as MessagePort;
const texts = on(port, "message") as AsyncIterable<[string]>;
try {
  const model = await loadModel(bundle);
  port.postMessage(await answer(model, firstText));
  // One after another: of texts that wait together the model takes the short ones first.
  for await (const [text] of texts) port.postMessage(await answer(model, text));
} catch (error) {
  if (!(error instanceof BundleError)) throw error;
  port.postMessage({ problem: error.message } satisfies Answer);
}
