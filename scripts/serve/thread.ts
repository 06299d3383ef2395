import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { type BirpcReturn, createBirpc } from "birpc";
import { THREAD_HEAP_MB, THREAD_LOAD_LIMIT_MS, THREAD_PAUSE_MS, THREAD_SILENCE_MS } from "../../src/limits.ts";
import { log } from "../../src/log.ts";
import type { MainCalls, ThreadCalls, ThreadSettings } from "../../src/node/calls.ts";
import { createPause } from "../../src/runtime/versions/pause.ts";

/** A place for a thread. A thread that ends is replaced by another in its place. */
export interface ThreadPlace {
  readonly name: string;
  /** Where the thread serves HTTP; undefined while it loads its model. */
  socketPath(): string | undefined;
  /** Requests that it has not answered yet. */
  open: number;
  /** Gives the thread, and all that come after it, these variables. */
  configure(variables: Record<string, string>): void;
  stop(): Promise<void>;
}

interface Running {
  worker: Worker;
  calls: BirpcReturn<ThreadCalls, MainCalls>;
  /** Why it ended. */
  ended: Promise<string>;
}

/**
 * Starts a thread and loads its model.
 *
 * @param settings without the path of the socket: each thread has another
 * @throws ThreadFailure if it can't load its model. Later failures are logged, and tried again after growing pauses
 */
export async function openPlace(
  name: string,
  folder: string,
  settings: Omit<ThreadSettings, "socketPath">,
  shared: MainCalls,
): Promise<ThreadPlace> {
  let { variables } = settings;
  let number = 0;
  let socketPath: string | undefined;
  let running: Running;
  let stopped = false;

  async function start(): Promise<void> {
    const path = socketOf(folder, `${name}-${number++}`);
    running = run({ ...settings, variables, socketPath: path }, shared);
    const { worker, calls, ended } = running;
    const failed = await Promise.race([calls.load(), ended, sleep(THREAD_LOAD_LIMIT_MS, LATE, { ref: false })]).catch(
      String,
    );
    if (failed !== undefined) {
      await worker.terminate();
      throw new ThreadFailure(failed);
    }
    socketPath = path;
    watch(running);
    ended.then((reason) => {
      socketPath = undefined;
      if (!stopped) replace(reason);
    });
  }

  async function replace(firstReason: string): Promise<void> {
    const pause = createPause(THREAD_PAUSE_MS);
    let reason = firstReason;
    while (!stopped) {
      const retryInMs = pause.begin();
      log({ event: "thread-ended", thread: name, reason, retryInMs });
      await sleep(retryInMs, undefined, { ref: false });
      if (stopped) return;
      try {
        return await start();
      } catch (error) {
        if (!(error instanceof ThreadFailure)) throw error;
        reason = error.message;
      }
    }
  }

  await start();
  return {
    name,
    socketPath: () => socketPath,
    open: 0,
    configure(given) {
      variables = given;
      running.calls.configure(given).catch(() => {}); // one that has ended: the next gets them at its start
    },
    async stop() {
      stopped = true;
      await running.worker.terminate();
    },
  };
}

/** A thread can't load its model. */
export class ThreadFailure extends Error {}

const LATE = `The model was not loaded within ${THREAD_LOAD_LIMIT_MS} ms.`;

function run(settings: ThreadSettings, shared: MainCalls): Running {
  const worker = new Worker(new URL("./serve-thread.js", import.meta.url), {
    workerData: settings,
    resourceLimits: { maxOldGenerationSizeMb: THREAD_HEAP_MB },
  });
  const calls = createBirpc<ThreadCalls, MainCalls>(shared, {
    post: (data) => worker.postMessage(data),
    on: (listener) => void worker.on("message", listener),
    timeout: THREAD_LOAD_LIMIT_MS,
  });
  const ended = new Promise<string>((resolve) => {
    worker.on("error", (error: Error) => resolve(`${error.name}: ${error.message}`));
    worker.on("exit", (code) => resolve(`It ended with code ${code}.`));
  });
  return { worker, calls, ended };
}

/** Ends a thread that gives no sign of life, so that another takes its place. */
function watch({ worker, calls, ended }: Running): void {
  let seenAt = Date.now();
  const timer = setInterval(() => {
    if (Date.now() - seenAt > THREAD_SILENCE_MS) return void worker.terminate();
    calls.ping().then(
      () => {
        seenAt = Date.now();
      },
      () => {},
    );
  }, THREAD_SILENCE_MS / 10);
  timer.unref();
  ended.then(() => clearInterval(timer));
}

/** Windows has pipes in place of sockets in the file system. */
function socketOf(folder: string, name: string): string {
  return process.platform === "win32"
    ? `\\\\.\\pipe\\${folder.replaceAll(/[^\w-]/g, "-")}-${name}`
    : `${folder}/${name}`;
}
