import { parentPort } from "node:worker_threads";
import { createBirpc } from "birpc";
import type { MainCalls, ThreadCalls } from "./calls.ts";

const port = parentPort as NonNullable<typeof parentPort>;

const calls: Partial<ThreadCalls> = {};

/** The main thread. What can't be asked within the limit counts as refused by whoever asks. */
export const main = createBirpc<MainCalls, Partial<ThreadCalls>>(calls, {
  post: (data) => port.postMessage(data),
  on: (listener) => void port.on("message", listener),
  timeout: 5_000,
});

/** From now on the main thread may call these. */
export function answerMain(functions: ThreadCalls): void {
  Object.assign(calls, functions);
}
