import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../free_port.ts";

const START_LIMIT_MS = 60_000;

/** A script of this folder that answers each line of standard input with a line of standard output. */
export interface PythonPeer {
  ask(line: string): Promise<string>;
  close(): Promise<void>;
}

/** One thread for all numeric libraries, as in a Worker. */
const env = {
  ...process.env,
  OMP_NUM_THREADS: "1",
  MKL_NUM_THREADS: "1",
  RAYON_NUM_THREADS: "1",
  TOKENIZERS_PARALLELISM: "false",
  HF_HUB_OFFLINE: "1",
};

/** @param python an interpreter with requirements.txt */
export function startPeer(python: string, script: string, args: readonly string[]): PythonPeer {
  const child = spawn(python, [join(import.meta.dirname, script), ...args], {
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(line) {
      child.stdin.write(`${line}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${script} ended.`);
      return value;
    },
    async close() {
      child.stdin.end();
      await ended(child);
    },
  };
}

/** A script of this folder that serves HTTP on a given port. It is ready when `/healthz` answers. */
export async function startServer(python: string, script: string, args: readonly string[]) {
  const port = await freePort();
  const url = new URL(`http://127.0.0.1:${port}`);
  const child = spawn(python, [join(import.meta.dirname, script), ...args, "--port", String(port)], {
    env,
    stdio: ["pipe", "ignore", "inherit"], // when this process ends in any way, its standard input closes and the server ends
  });
  const started = performance.now();
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`${script} ended with ${child.exitCode}.`);
    if (performance.now() - started > START_LIMIT_MS) throw new Error(`${script} does not answer.`);
    await sleep(200);
  }
  return {
    url,
    pid: child.pid as number,
    async close() {
      child.stdin.end();
      await ended(child);
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

async function answers(url: URL): Promise<boolean> {
  try {
    return (await fetch(new URL("/healthz", url))).ok;
  } catch (error) {
    if (error instanceof TypeError) return false; // fetch throws this if nobody listens yet
    throw error;
  }
}
