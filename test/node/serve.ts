import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const BUNDLE = "models/bertweet-mini";

interface ServeOptions {
  /** By default Node and the built command. */
  command?: string[];
  args?: string[];
  bundle?: string;
  variables?: Record<string, string>;
}

/** Starts `bertweet-edge serve` of the built package and waits until it answers. @throws Error with its output if it ends before */
export async function startServe({
  command = ["node", "dist/package/bin.js"],
  args = [],
  bundle = BUNDLE,
  variables = {},
}: ServeOptions = {}) {
  const given = ["--bundle", bundle, "--threads", "2", "--port", "0", ...args];
  const [program, ...first] = command as [string, ...string[]];
  const child = spawn(program, [...first, "serve", ...given], {
    env: { PATH: process.env.PATH, ...variables } as unknown as NodeJS.ProcessEnv, // whose type has the Worker's variables
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const address = await new Promise<string>((resolve, reject) => {
    for (const output of [child.stdout, child.stderr])
      createInterface({ input: output }).on("line", (line) => {
        lines.push(line);
        const found = /answers at (\S+)/.exec(line)?.[1];
        if (found) resolve(found);
      });
    child.on("exit", (code) => reject(new Error(`It ended with ${code}: ${lines.join("\n")}`)));
  });
  return {
    address: new URL(address),
    child,
    lines,
    async stop() {
      child.kill("SIGKILL");
      await ended(child);
    },
  };
}

/** A process's exit code once it has ended. */
export async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode;
}
